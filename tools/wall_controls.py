"""The controls of the desk: where each stands, what is left when it is gone, and which tests must then fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Control:
    """One control: `before` stands once in `file` (below src/asylon); `after` is the source without it."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


WALLS = ("tests/desk/test_access_rules.py", "tests/desk/test_services.py", "tests/desk/test_walls.py")
ATTACKS = ("tests/desk/test_attacks.py",)
SERVICES = ("tests/desk/test_services.py",)
LEAKS = ("tests/desk/test_leaks.py",)
ACCOUNTS = ("tests/desk/test_accounts.py",)
PAPERS = ("tests/desk/test_papers.py",)
SEALING = ("tests/vault/test_sealing.py",)
PATIENT = ("tests/desk/test_patient_attacks.py",)
SERVE = ("tests/cli/test_serve.py",)

CONTROLS = (
    Control(
        "wall: a membership lapses",
        "desk/walls.py",
        "({until} IS NULL OR {until} > %s)",
        "({until} IS NULL OR %s IS NOT NULL)",
        WALLS,
    ),
    Control(
        "wall: a bar beats every role",
        "desk/walls.py",
        "NOT EXISTS (SELECT 1 FROM desk_bar bar WHERE bar.user_id = %s AND bar.case_id = {case})",
        "%s IS NOT NULL",
        WALLS,
    ),
    Control(
        "wall: only memberships of this person",
        "desk/walls.py",
        "({user} = %s AND",
        "(%s IS NOT NULL AND",
        WALLS,
    ),
    Control(
        "wall: closed accounts see nothing",
        "desk/walls.py",
        "who.id = %s AND who.is_active)",
        "who.id = %s)",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "wall: a query without a person raises",
        "desk/models/walled.py",
        'raise UnwalledQueryError(f"{self.model.__name__}: start from visible_to(user)")',
        "return super().get_queryset()",
        SERVICES,
    ),
    Control(
        "wall: reasons to look past it are listed",
        "desk/models/walled.py",
        "if why not in UNWALLED:",
        "if not why:",
        SERVICES,
    ),
    Control(
        "wall: rows follow their case",
        "desk/walls.py",
        'rows = rows.filter(_reached(rows.model, path.split("__"), held) if path else held("pk"))',
        "pass",
        (*SERVICES, "tests/desk/test_access_rules.py"),
    ),
    Control(
        "wall: people follow their cases",
        "desk/walls.py",
        "return Exists(behind.filter(_reached(related, steps[1:], held)))",
        "return Exists(behind)",
        (*SERVICES, "tests/desk/test_access_rules.py"),
    ),
    Control(
        "wall: roles limit what is listed",
        "desk/walls.py",
        "self.roles = [role for role in ALLOWED if may(role, act)]",
        "self.roles = list(ALLOWED)",
        (*SERVICES, "tests/desk/test_access_rules.py"),
    ),
    Control(
        "wall: roles limit acts",
        "desk/selectors/cases.py",
        "if not may(row.role, act):",
        "if False:",
        SERVICES,
    ),
    Control(
        "keys: a sealed value is bound to its place",
        "vault/sealing.py",
        "return place.encode()",
        'return b""',
        SEALING,
    ),
    Control(
        "keys: only a lead gives the key of a case",
        "desk/services/memberships.py",
        """    if not opened.may("grant"):
        raise PermissionDenied
    case = opened.case
""",
        "    case = opened.case\n",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "keys: only a lead bars",
        "desk/services/memberships.py",
        'if not opened.may("grant") or user.pk == opened.keyring.user.pk:',
        "if user.pk == opened.keyring.user.pk:",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "keys: only a lead deletes a case",
        "desk/services/cases.py",
        'if not opened.may("delete"):',
        "if False:",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "keys: a deleted case takes its people along",
        "desk/services/cases.py",
        "people.filter(pk__in=gone).delete()",
        "people.filter(pk__in=[]).delete()",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "glass: only leads break it",
        "desk/services/memberships.py",
        """    if not user.is_lead:
        raise PermissionDenied
""",
        "",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "glass: the leads of the case are told",
        "desk/services/memberships.py",
        "Notice.objects.create(user_id=lead.user_id, kind=Notice.Kind.GLASS_BROKEN, case=case, about=user)",
        "pass",
        SERVICES,
    ),
    Control(
        "glass: a bar holds",
        "desk/services/memberships.py",
        "if case is None or Bar.objects.filter(case=case, user=user).exists():",
        "if case is None:",
        WALLS,
    ),
    Control(
        "glass: it closes again",
        "desk/services/memberships.py",
        "row.until = timezone.now() + timedelta(hours=GLASS_HOURS)",
        "row.until = None",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "dates: nobody confirms their own",
        "desk/services/events.py",
        "if row.recorded_by_id == opened.keyring.user.pk:",
        "if False:",
        SERVICES,
    ),
    Control(
        "dates: a change voids the confirmation",
        "desk/services/events.py",
        "row.confirmed_by = row.confirmed_at = None",
        "pass",
        SERVICES,
    ),
    Control(
        "dates: the old one is kept",
        "desk/services/events.py",
        "    _keep_version(row, opened)\n    _fill(opened, row, draft)",
        "    _fill(opened, row, draft)",
        SERVICES,
    ),
    Control(
        "session: it needs the key of the cookie",
        "desk/middleware.py",
        "if private is None:",
        "if False:",
        ATTACKS,
    ),
    Control(
        "session: it ends when idle",
        "desk/middleware.py",
        "if idle > IDLE_MINUTES.get(user.work, 15) * 60:",
        "if False:",
        ATTACKS,
    ),
    Control(
        "session: polls are no work",
        "desk/middleware.py",
        'NOT_WORK = {"alive"}',
        'NOT_WORK = {"nothing"}',
        ATTACKS,
    ),
    Control(
        "session: a colleague can end it",
        "desk/middleware.py",
        "if request.session.get(EPOCH) != user.epoch:",
        "if False:",
        ATTACKS,
    ),
    Control(
        "sign-in: unknown names cost the same",
        "desk/session.py",
        'password_key(password, b"\\0" * 16, current().cost)\n            return None',
        "return None",
        ATTACKS,
    ),
    Control(
        "sign-in: closed accounts stay out",
        "desk/session.py",
        "return User.objects.filter(pk=user_id, is_active=True).first()",
        "return User.objects.filter(pk=user_id).first()",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "sign-in: guessing is slowed down",
        "desk/settings.py",
        '"login_failed": "10/m/ip,5/5m/key"',
        '"login_failed": "9999/m/ip,9999/5m/key"',
        ATTACKS,
    ),
    Control(
        "web: redirects stay here",
        "desk/views/shell.py",
        "if not url_has_allowed_host_and_scheme(",
        "if False and not url_has_allowed_host_and_scheme(",
        ATTACKS,
    ),
    Control(
        "web: other hosts are refused",
        "desk/settings.py",
        'ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *_vault.hosts]',
        'ALLOWED_HOSTS = ["*"]',
        ATTACKS,
    ),
    Control(
        "web: forms carry a token",
        "desk/settings.py",
        '    "django.middleware.csrf.CsrfViewMiddleware",\n',
        "",
        ATTACKS,
    ),
    Control(
        "web: the browser keeps nothing",
        "desk/middleware.py",
        'response.headers["Cache-Control"] = "no-store, private"',
        "pass",
        ATTACKS,
    ),
    Control(
        "web: a content policy",
        "desk/settings.py",
        '    "csp.middleware.CSPMiddleware",\n',
        "",
        ATTACKS,
    ),
    Control(
        "registry: routes are listed",
        "desk/views/shell.py",
        '@reads("alive", "nothing", is_open=True)\n',
        "",
        ("tests/desk/test_registry.py",),
    ),
    Control(
        "trail: rows are chained",
        "desk/services/trail.py",
        "bytes(head.hash), row)",
        "chain.START, row)",
        SERVICES,
    ),
    Control(
        "trail: reads are written",
        "desk/selectors/cases.py",
        "record(action, by=keyring.user, about=case_id)",
        "pass",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "sealed: free text of an event",
        "desk/law.py",
        "    return _asked(_tests().get(key, ()), value)\n",
        "    return value\n",
        LEAKS,
    ),
    Control(
        "sealed: the index is keyed",
        "vault/index.py",
        'return hmac.digest(self._key, f"{domain}\\0{text}".encode(), "blake2b")[:INDEX_BYTES]',
        'return f"{domain}:{text}".encode()[:16]',
        LEAKS,
    ),
    Control(
        "sealed: a date of birth",
        "desk/law.py",
        "    return facts\n",
        '    return {**facts, "born": content.born}\n',
        LEAKS,
    ),
    Control(
        "logs: without content",
        "desk/logs.py",
        "            record.exc_text = _where(record)\n            record.exc_info = None\n",
        "            pass\n",
        LEAKS,
    ),
    Control(
        "accounts: nobody gives a right that they lack",
        "desk/services/accounts.py",
        "if (leads and not by.is_lead) or ((facts or administers) and not by.is_administrator):",
        "if False:",
        ACCOUNTS,
    ),
    Control(
        "accounts: an administrator alone gets no key",
        "desk/services/accounts.py",
        "if not lead.is_lead or not user.is_active or not may_be_admitted(user):",
        "if not lead.is_lead or not user.is_active:",
        ("tests/desk/test_access_rules.py",),
    ),
    Control(
        "intake: who interprets opens no cases",
        "desk/views/intake.py",
        "if not request.user.takes_enquiries or not request.user.is_admitted:",
        "if not request.user.is_admitted:",
        ("tests/desk/test_intake.py",),
    ),
    Control(
        "second factor: later changes ask for the password again",
        "desk/adapters.py",
        "return bool(time.time() - signed_in > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT or older.exists())",
        "return bool(older.exists())",
        ("tests/desk/test_second_factor_pages.py",),
    ),
    Control(
        "accounts: a reset gives a new key, not access",
        "desk/services/accounts.py",
        "    set_keys(user, new_pair(), password)\n    user.is_lead = user.is_administrator = False\n",
        "    user.is_lead = user.is_administrator = False\n",
        ACCOUNTS,
    ),
    Control(
        "session: an open page of a case asks whether it may stay",
        "desk/views/shell.py",
        "return memberships_of(user).filter(case_id=UUID(case)).exists()",
        "return True",
        ATTACKS,
    ),
    Control(
        "papers: they come back as a download",
        "desk/views/papers.py",
        "f'attachment; filename=\"paper-{row.pk.hex[:8]}.{ending}\"'",
        "f'inline; filename=\"paper-{row.pk.hex[:8]}.{ending}\"'",
        PAPERS,
    ),
    Control(
        "papers: the answer is sandboxed",
        "desk/views/papers.py",
        'response.headers["Content-Security-Policy"] = "sandbox; default-src \'none\'"',
        "pass",
        PAPERS,
    ),
    Control(
        "papers: they lie sealed",
        "desk/services/papers.py",
        "_store(row.stored, seal(opened.key, data, row.place(BYTES)))",
        "_store(row.stored, data)",
        PAPERS,
    ),
    Control(
        "papers: large ones are refused",
        "desk/services/papers.py",
        "if len(data) > MAX_BYTES:",
        "if False:",
        PAPERS,
    ),
    Control(
        "papers: their kind is read from the bytes",
        "desk/services/papers.py",
        "kind = kind_of(data)",
        'kind = __import__("types").SimpleNamespace(media_type="text/html", is_active=False)',
        PAPERS,
    ),
    Control(
        "search: only what one may see is asked for",
        "desk/selectors/search.py",
        "persons = Person.objects.visible_to(keyring.user)",
        'persons = Person.objects.unwalled("conflict check")',
        ("tests/desk/test_search.py",),
    ),
    Control(
        "vault: an evacuation names who can open it",
        "cli/vaultcopy.py",
        "    check_recipients(named)\n",
        "",
        ("tests/cli/test_vault.py::test_evacuation_without_a_recipient_is_refused_and_removes_nothing",),
    ),
    Control(
        "sign-in: tries at a name are counted under every address of the desk",
        "desk/adapters.py",
        'return str(credentials.get("username", "")).strip().lower()',
        "return super()._get_login_attempts_cache_key(request, **credentials)",
        PATIENT,
    ),
    Control(
        "sign-in: counters of tries are not pushed out",
        "desk/settings.py",
        '"OPTIONS": {"MAX_ENTRIES": 100_000},',
        "",
        PATIENT,
    ),
    Control(
        "sign-in: the own password is not guessed at an open desk",
        "desk/views/account.py",
        'if not ratelimit.consume(request, action="reauthenticate", user=request.user):',
        "if False:",
        PATIENT,
    ),
    Control(
        "session: a link from elsewhere does not end it",
        "desk/settings.py",
        'SESSION_COOKIE_SAMESITE = "Strict"',
        'SESSION_COOKIE_SAMESITE = "Lax"',
        PATIENT,
    ),
    Control(
        "web: one file at a time",
        "desk/settings.py",
        "DATA_UPLOAD_MAX_NUMBER_FILES = 1",
        "DATA_UPLOAD_MAX_NUMBER_FILES = 100",
        PATIENT,
    ),
    Control(
        "accounts: nobody takes the name of a colleague",
        "desk/services/accounts.py",
        "return looks_of(name) in taken",
        "return False",
        PATIENT,
    ),
    Control(
        "keys: the last lead does not lapse",
        "desk/services/memberships.py",
        "if role != Role.LEAD or until is not None:",
        "if role != Role.LEAD:",
        PATIENT,
    ),
    Control(
        "notices: who left a case hears of it no more",
        "desk/walls.py",
        "return Q(until__isnull=True) | Q(until__gt=timezone.now())",
        "return Q()",
        PATIENT,
    ),
    Control(
        "trail: that of a case says nothing of another",
        "desk/selectors/trail.py",
        "of_people = Q(object__in=[str(person) for person in people], actor__in=sorted(filter(None, names)))",
        "of_people = Q(object__in=[str(person) for person in people])",
        PATIENT,
    ),
    Control(
        "trail: a form that comes back is a reading",
        "desk/views/caseframe.py",
        """    if request.method == "POST":
        record("case.read", by=request.user, about=opened.case.pk)
""",
        "",
        PATIENT,
    ),
    Control(
        "trail: the question before an act is a reading",
        "desk/views/people.py",
        'action=None if request.method == "POST" else "person.read"',
        "action=None",
        PATIENT,
    ),
    Control(
        "load: an enquiry is read as far as its screen reaches",
        "desk/selectors/enquiries.py",
        "for row in named[:MOST_PEOPLE]]",
        "for row in named]",
        PATIENT,
    ),
    Control(
        "wall: the order of cards tells no dates",
        "desk/selectors/caselist.py",
        'shown = When(role__in=[role for role in ALLOWED if may(role, "read")], then=F("case__next_day"))',
        'shown = When(role__in=list(ALLOWED), then=F("case__next_day"))',
        PATIENT,
    ),
    Control(
        "papers: a letter that fetches from elsewhere is marked",
        "desk/papertypes_zip.py",
        "return bool(_ELSEWHERE.search(relation)) and not _LINK.search(relation)",
        "return False",
        PAPERS,
    ),
    Control(
        "session: those that ran out leave no key behind",
        "desk/signals.py",
        "request.session.clear_expired()",
        "pass",
        PATIENT,
    ),
    Control(
        "keys: the recovery key is that of the vault",
        "desk/services/accounts.py",
        "if bytes(org.recovery_public) != current().vault.recovery_public:",
        "if False:",
        PATIENT,
    ),
    Control(
        "vault: a backup brings no key of the new store",
        "vault/store.py",
        "if any(purpose not in KEPT_KEYS or not _is_key(key) for purpose, key in kept.items()):",
        "if False:",
        ("tests/vault/test_store.py",),
    ),
    Control(
        "vault: a member of a backup does not grow when it is read",
        "vault/archive.py",
        "if member.isreg() and not member.issparse() else None",
        "if member.isreg() else None",
        ("tests/vault/test_archive.py::test_a_member_that_grows_when_it_is_read_is_refused",),
    ),
    Control(
        "server: nothing is served in clear to other machines",
        "cli/serve.py",
        "        serving.check_not_in_clear(host)\n",
        "        pass\n",
        SERVE,
    ),
    Control(
        "server: a database elsewhere is not spoken to in clear",
        "desk/stores.py",
        "if mode not in _SEALED:",
        "if False:",
        SERVE,
    ),
    Control(
        "server: memory with keys is dumped nowhere",
        "cli/memory.py",
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))",
        "pass",
        SERVE,
    ),
)
