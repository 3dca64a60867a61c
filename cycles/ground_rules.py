"""The ground rules of observing, accepted before anybody watches."""

from django.utils.translation import gettext_lazy as _

WHY = _(
    "You are here for the pupils: how they think, what they say to each other, who stays quiet. The lesson "
    "belongs to the whole team, so nobody watches the teacher."
)
RULES = [
    _("Come before the lesson begins and stay until it ends."),
    _("Stand at the side or in front, where you see faces."),
    _("Phone silent, no flash, no talking, no going in and out."),
    _(
        "Do not help, correct or hint. If a pupil asks you something, answer kindly, in few words, and step "
        "back."
    ),
    _("Follow your table or your pupil from beginning to end."),
    _("Write what you see and hear. What you think about it has a place of its own."),
]
