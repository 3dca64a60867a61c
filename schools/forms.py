"""What is asked at the door."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """E-mail and password. The answer to a wrong pair never says which of the two was wrong."""

    # An e-mail field leaves the letters as typed: the lock counts by them, and a look-alike that is only
    # later turned into the real address would be counted as somebody else.
    username = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    error_messages = {
        "invalid_login": _("This e-mail and password do not belong together. Check both and try again."),
        "inactive": _("This e-mail and password do not belong together. Check both and try again."),
    }


class ForgottenPasswordForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
