"""The own account: name, language, password, second factor, sessions; and the notices."""

from __future__ import annotations

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from asylon.desk.config import current
from asylon.desk.forms.accounts import AccountForm, PasswordForm
from asylon.desk.models import TrailRow, User
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.notices import notices_of
from asylon.desk.services import accounts
from asylon.desk.session import EPOCH, IDLE_MINUTES, hold

SIGN_INS = ("session.opened", "session.locked", "account.password", "account.locked")


@reads("account", "own")
@require_http_methods(["GET", "POST"])
def account(request: DeskRequest) -> HttpResponse:
    """Show and change what one may change about oneself."""
    form = AccountForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        request.session["language"] = saved.language
        messages.success(request, _("Your account was changed."))
        return redirect("account")
    context = {
        "nav_current": "account",
        "form": form,
        "idle_minutes": IDLE_MINUTES.get(request.user.work, 15),
        "waits_for_keys": accounts.may_be_admitted(request.user) and not request.user.is_admitted,
        "demands_second_factor": current().demands_second_factor,
        "factors": sorted(Authenticator.objects.filter(user=request.user).values_list("type", flat=True)),
        "sign_ins": TrailRow.objects.filter(actor=request.user.username, action__in=SIGN_INS)[:10],
    }
    return render(request, "desk/account/account.html", context, status=422 if form.errors else 200)


@reads("password", "own")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def password(request: DeskRequest) -> HttpResponse:
    """Change the own password; other sessions end, this one goes on under a new key."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        too_many: HttpResponse = ratelimit.respond_429(request)
        return too_many
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            accounts.password_change(user=request.user, keyring=request.keyring, password=form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        hold(request, request.user, request.keyring.private)
        request.session[EPOCH] = request.user.epoch
        messages.success(request, _("Your password was changed. Every other desk you had open is locked."))
        return redirect("account")
    context = {"nav_current": "account", "form": form, "must_change": request.user.must_change_password}
    return render(request, "desk/account/password.html", context, status=422 if form.errors else 200)


@reads("sessions_end", "nothing")
@require_POST
def sessions_end(request: DeskRequest) -> HttpResponse:
    """End all other sessions of the person."""
    accounts.account_lock(user=request.user, by=request.user)
    request.session.cycle_key()
    hold(request, request.user, request.keyring.private)
    request.session[EPOCH] = request.user.epoch
    messages.success(request, _("Every other desk you had open is locked."))
    return redirect("account")


@reads("notices", "own")
@require_http_methods(["GET", "POST"])
def notices(request: DeskRequest) -> HttpResponse:
    """Show one's notices; POST marks one or all as read."""
    if request.method == "POST":
        ids = [int(text) for text in request.POST.getlist("notice") if text.isascii() and text.isdigit()]
        accounts.notices_mark_read(user=request.user, ids=None if "all" in request.POST else ids)
        return redirect("notices")
    page = Paginator(notices_of(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "desk/notices/notices.html", {"nav_current": "notices", "page": page})


routes = [
    path("account", account, name="account"),
    path("account/password", password, name="password"),
    path("account/sessions", sessions_end, name="sessions_end"),
    path("notices", notices, name="notices"),
]
