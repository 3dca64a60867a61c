"""The doors: sign in and out, and set a password by letter or while signed in."""

from axes.utils import reset as forgive
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.views import SuccessMessageMixin
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lessonstudy.lib.policy import policy
from schools import workflow
from schools.forms import ForgottenPasswordForm, SignInForm


@policy(public=True)
@login_not_required
def password_reset(request):
    """Ask for the letter that sets a new password."""
    form = ForgottenPasswordForm(request.POST or None)
    if form.is_valid():
        workflow.forgot_password(form.cleaned_data["email"], site=request.build_absolute_uri("/"))
        return redirect("schools:password_reset_done")
    return TemplateResponse(request, "registration/password_reset_form.html", {"form": form})


class SetPasswordByLetter(auth.PasswordResetConfirmView):
    """Set a password from the link in the letter; whoever can read the letter is no longer locked out."""

    success_url = reverse_lazy("schools:password_reset_complete")

    def form_valid(self, form):
        forgive(username=self.user.email)
        return super().form_valid(form)


class ChangePassword(SuccessMessageMixin, auth.PasswordChangeView):
    """Change one's own password; every other device is signed out by it."""

    template_name = "schools/password_change.html"
    success_url = reverse_lazy("home")
    success_message = _("Your password is changed. Other devices are signed out.")


def public(view, *, post_only=False):
    """Open a view of Django's to everybody."""
    return policy(public=True, post_only=post_only)(login_not_required(view))


login = public(auth.LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True))
logout = public(auth.LogoutView.as_view(), post_only=True)
password_reset_done = public(auth.PasswordResetDoneView.as_view())
password_reset_confirm = public(SetPasswordByLetter.as_view())
password_reset_complete = public(auth.PasswordResetCompleteView.as_view())
password_change = policy()(ChangePassword.as_view())
