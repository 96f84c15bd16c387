"""The actions of the trail in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "account": _("Accounts"),
    "bar": _("Bars"),
    "board": _("Board"),
    "case": _("Cases"),
    "conflict": _("Conflict checks"),
    "enquiry": _("Enquiries"),
    "event": _("Events"),
    "family": _("Families"),
    "membership": _("Access to cases"),
    "note": _("Notes"),
    "paper": _("Papers"),
    "people": _("List of people"),
    "person": _("People"),
    "proceeding": _("Proceedings"),
    "relation": _("Relations"),
    "search": _("Searches"),
    "session": _("Sign-ins"),
    "trail": _("Trail"),
    "vault": _("Vault"),
}

ACTIONS = {
    "account.admitted": _("gave keys to a newcomer"),
    "account.changed": _("changed an account"),
    "account.closed": _("closed an account"),
    "account.locked": _("locked every desk of a person"),
    "account.made": _("made an account"),
    "account.password": _("set a password"),
    "account.recovered": _("recovered keys with the recovery key"),
    "bar.lifted": _("lifted a bar"),
    "bar.set": _("barred somebody from a case"),
    "board.read": _("read the board"),
    "case.card.read": _("read the card of a case"),
    "case.changed": _("changed a case"),
    "case.closed": _("closed a case"),
    "case.deleted": _("deleted a case"),
    "case.glass_broken": _("opened a case in an emergency"),
    "case.glass_refused": _("tried to open a case in an emergency"),
    "case.opened": _("opened a new case"),
    "case.read": _("read a case"),
    "case.reopened": _("opened a closed case again"),
    "case.whatif": _("tried out events"),
    "cases.read": _("read the list of cases"),
    "conflict.checked": _("checked for conflicts"),
    "conflict.decided": _("decided about a conflict"),
    "enquiry.deleted": _("deleted a draft"),
    "enquiry.read": _("read an enquiry"),
    "enquiry.referred": _("referred an enquiry"),
    "enquiry.refused": _("refused an enquiry"),
    "enquiry.saved": _("saved a draft"),
    "event.added": _("added an event"),
    "event.changed": _("changed an event"),
    "event.confirmed": _("confirmed a date"),
    "event.removed": _("removed an event"),
    "event.restored": _("brought an event back"),
    "family.changed": _("changed a family"),
    "family.made": _("made a family"),
    "family.read": _("read a family"),
    "membership.changed": _("changed a role in a case"),
    "membership.given": _("gave access to a case"),
    "membership.taken": _("took access to a case away"),
    "note.added": _("added a note"),
    "note.removed": _("removed a note"),
    "note.restored": _("brought a note back"),
    "paper.added": _("added a paper"),
    "paper.changed": _("changed what is said of a paper"),
    "paper.read": _("read a paper"),
    "paper.removed": _("removed a paper"),
    "paper.restored": _("brought a paper back"),
    "people.read": _("read the list of people"),
    "person.added": _("added a person"),
    "person.changed": _("changed a person"),
    "person.read": _("read a person"),
    "person.restored": _("brought back a version of a person"),
    "person.unlinked": _("took a person out of a case"),
    "proceeding.changed": _("changed a proceeding"),
    "proceeding.opened": _("opened a proceeding"),
    "relation.removed": _("removed a relation"),
    "relation.set": _("set a relation"),
    "search.done": _("searched"),
    "session.locked": _("locked the desk"),
    "session.opened": _("signed in"),
    "session.refused": _("was refused at the sign-in"),
    "trail.read": _("read the trail"),
    "vault.backed_up": _("made a backup"),
    "vault.evacuated": _("evacuated the vault"),
    "vault.leftovers_removed": _("removed sealed files that belonged to no paper"),
    "vault.made": _("made the vault"),
    "vault.passphrase_changed": _("changed the passphrase of the vault"),
    "vault.restored": _("restored the vault from a backup"),
    "vault.words_renewed": _("gave out new recovery words"),
}


def action_words(action: str) -> str:
    """Return what an action was, in words; the name of one that has none yet, with its dots as spaces."""
    return str(ACTIONS.get(action) or action.replace(".", " ").replace("_", " "))


def kinds_in_words() -> list[tuple[str, str]]:
    """Return the kinds of actions with their words, for a choice."""
    return [(kind, str(words)) for kind, words in KINDS.items()]
