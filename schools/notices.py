"""Letters about accounts, in the language of the person's school."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from schools.models import User
from schools.selectors import school_of

INVITATION = ("schools/email/invitation_subject.txt", "schools/email/invitation_body.txt")
RESET = ("registration/password_reset_subject.txt", "registration/password_reset_email.txt")


def send_password_letter(person: User, *, site: str) -> None:
    """Send the link that sets a password once; it reads as an invitation while the person has none.

    ``site`` is its address as people reach it, like ``https://lessons.example/``.
    Raises OSError when the mail server does not take the letter.
    """
    subject, body = RESET if person.has_usable_password() else INVITATION
    address = urlsplit(site)
    school = school_of(person)
    context = {
        "user": person,
        "school": school,
        "protocol": address.scheme,
        "domain": address.netloc,
        "uid": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }
    with translation.override(school.language if school else settings.LANGUAGE_CODE):
        # A line break in a subject would be a header of somebody else's making.
        line = " ".join(render_to_string(subject, context).split())
        text = render_to_string(body, context)
    EmailMessage(line, text, to=[person.email]).send()
