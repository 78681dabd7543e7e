"""What a person has to correct, in the reader's language.

Comes in: a ``Problem`` of the stages, which speak English. Goes out: one sentence. Those that a page can cause have
words in both languages, found by their form; any other is shown as it was said.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from detector.errors import ConflictError, DeniedError, InputError, NotFoundError, Problem
from detector.incident import FACT
from detector.messages import Argument, messages
from detector.schema.case.case_facts import CaseFactKind
from detector.web.texts.page_texts import PageTexts

_STEP = re.compile(r"[A-Z]+\d+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_COUNTED = re.compile(r"([a-z-]+) (\d+) \(")
# Each pattern's named groups are the message's arguments.
_KNOWN = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"(?P<factor>\w+) cannot be (?P<value>[\d.]+)", "web-problem-factor"),
        (r"(?P<factor>\w+) is (?P<value>[\d.]+) already", "web-problem-factor-same"),
        (r"no client data is known to be concerned by .*", "web-problem-factor-none"),
        (r"'(?P<name>.*)' does not come round by the calendar", "web-problem-standing"),
        (r"there is no document '(?P<document>.*)'", "web-problem-document-none"),
        (r"version (?P<version>\d+) of \S+ says the same", "web-problem-document-same"),
        (r"version (?P<version>\d+) of \S+ is not the newest", "web-problem-document-newest"),
        (
            r"version (?P<version>\d+) of \S+ is by (?P<person>.+), whose approval is no second word",
            "web-problem-document-own",
        ),
        (r".+ has approved version (?P<version>\d+) of \S+", "web-problem-document-again"),
        (r"version (?P<version>\d+) of \S+ needs the approval of a second person", "web-problem-document-gate"),
        (
            r"version (?P<version>\d+) of \S+ was approved at (?P<agreed>\S+), after \S+",
            "web-problem-document-before",
        ),
        (r"version (?P<version>\d+) of \S+ was withdrawn at (?P<at>\S+)", "web-problem-document-withdrawn"),
        (
            r"version (?P<version>\d+) of \S+ contradicts the case \((?P<count>\d+)\)",
            "web-problem-document-contradicts",
        ),
        (r"nothing says that .+ was sent", "web-problem-document-unsent"),
        (r"incident (?P<number>\S+) is not closed as no breach; .*", "web-problem-withdrawal-not-none"),
        (r"incident (?P<number>\S+) has no '(?P<name>withdrawal/.*)'", "web-problem-withdrawal-none"),
        (r"(?P<name>withdrawal/\S+) was (?:called off by .+|sent)", "web-problem-withdrawal-over"),
        (r"letters need the approval of two people beside (?P<person>[^,]+)(?:, .*)?", "web-problem-letters-two"),
        (r"\S+ was planned before a case with letters of its own went into this one", "web-problem-letters-merged"),
        (r"\S+ was planned while another case was part of this one", "web-problem-letters-parted"),
        (r"\S+ was planned before this case was part of another one, .*", "web-problem-letters-parted"),
        (r"the first letters were sent at (?P<first>\S+), .*", "web-problem-letters-early"),
        (r"somebody is sending letters of this incident.*", "web-problem-letters-busy"),
        (r"the service is sending these letters", "web-problem-letters-ordered"),
        (r"no letter is left to send", "web-problem-letters-none-left"),
        (r"the service is not sending these letters", "web-problem-letters-not-ordered"),
        (
            r".* waits for (?P<count>\d+) clients? without a letter: (?P<counts>[^;]+)(?:;.*)?",
            "web-problem-clients-without",
        ),
        (
            r"closing .+: (?P<count>\d+) clients? got a letter or .+ told(?:, (?P<perhaps>\d+) more perhaps)?, .*",
            "web-problem-close-correction",
        ),
        (r"closing .+: (?P<count>\d+) notices? (?:was|were) sent \((?P<refs>[^)]+)\), .*", "web-problem-close-notices"),
        (r".* waits for (?P<count>\d+) letters? not sent yet", "web-problem-letters-unsent"),
        (r".* waits for (?P<count>\d+) letters? of which nobody knows .*", "web-problem-letters-in-doubt"),
        (r".* waits for (?P<count>\d+) clients? in no plan of letters", "web-problem-clients-unplanned"),
        (
            r".* waits for (?P<count>\d+) clients? of whose data more is concerned than was told",
            "web-problem-clients-wider",
        ),
        (r"it is not said which clients without a letter it is about", "web-problem-letters-which"),
        (r"no client of .+ stands so: .*", "web-problem-letters-nobody-so"),
        (
            r"(?P<count>\d+) clients of .+ stand so by now, and it was asked of (?P<asked>\d+)",
            "web-problem-letters-more-asked",
        ),
        (r"letter \S+ no\. (?P<number>\d+) does not stand any more: .*", "web-problem-letters-other-since"),
        (r"what is said of letters of .+ needs two persons(?:: .*)?", "web-problem-letters-settle-two"),
        (r"no letter of .+ is this client's", "web-problem-letters-not-theirs"),
        (r"this client has a letter: .*", "web-problem-letters-has-one"),
        (r"letters to this client are held back since (?P<since>\S+) by (?P<person>.+)", "web-problem-letters-held"),
        (r"letters to this client are not held back", "web-problem-letters-not-held"),
        (r"the client's id is missing", "web-problem-letters-client"),
        (r"the moment they were told \S+ .*", "web-problem-letters-told-when"),
        (r"there is nobody to write to", "web-problem-letters-nobody"),
        (r"the letters would read otherwise .*", "web-problem-letters-otherwise"),
        (r"another plan of letters was made meanwhile", "web-problem-letters-meanwhile"),
        (r"no letters were filed for .*", "web-problem-letters-not-filed"),
        (r"nobody was sent a first letter about .*", "web-problem-letters-no-first"),
        (r"the mailbox that letters come back to cannot be read: (?P<code>\w+)", "web-problem-letters-box"),
        (r"the password of the mailbox cannot be read: .*", "web-problem-letters-box-password"),
        (r"no mail server is named", "web-problem-letters-smtp"),
        (r"nothing says which address letters come from", "web-problem-letters-sender"),
        (r"'(?P<version>.*)' may be a version of several documents", "web-problem-document-several"),
        (r"'(?P<version>.*)' is no version of a document that was filed", "web-problem-document-not-filed"),
        (r"version (?P<version>\d+) of \S+ has the receipt .*", "web-problem-document-receipt"),
        (r"the receipt at \S+ is earlier than the sending of \S+, (?P<sent>\S+)", "web-problem-document-receipt-early"),
        (r"'(?P<language>.*)' is no language", "web-problem-document-language"),
        (r"(?P<moment>\d\S+) is in the future", "web-problem-document-future"),
        (
            r"(?P<moment>\d\S+) lies more than (?P<days>\d+) days before the first event",
            "web-problem-document-early",
        ),
        (r"there is no such page", "web-problem-no-page"),
        (r"drill (?P<number>\d+) \(.*\) is going on", "web-problem-drill-going"),
        (r"incident (?P<number>\S+) is real, and nobody has it: .*", "web-problem-drill-real"),
        (r"no drill is going on", "web-problem-drill-none"),
        (r"there is no drill \d+|there was no drill yet", "web-problem-drill-unknown"),
        (r"there is no scenario '(?P<name>.*)'", "web-problem-drill-scenario"),
        (r"(?P<name>\S+) asks nothing at the table", "web-problem-drill-table"),
        (r"drill \d+ has no question \d+", "web-problem-drill-question"),
        (r"question (?P<number>\d+) was not put yet", "web-problem-drill-early"),
        (r"the answer is missing", "web-drill-needs-text"),
        (r"'(?P<person>.*)' cannot answer for an action of this case", "web-problem-action-owner"),
        (r"the due time \S+ has passed", "web-problem-action-passed"),
        (r"action (?P<number>\d+) was \w+ on .*", "web-problem-action-over"),
        (r"nothing of action (?P<number>\d+) is changed", "web-problem-action-same"),
        (r".+ has no action (?P<number>\d+)", "web-problem-action-none"),
        (r"'.*' is no amount of money", "web-problem-amount"),
        (r"(?P<person>.+) has taken back cost (?P<number>\d+)", "web-problem-cost-gone"),
        (r".+ has no cost (?P<number>\d+)", "web-problem-cost-none"),
        (r".+ has no hypothesis '(?P<number>.*)'", "web-problem-hypothesis-none"),
        (r"the words are missing|(?:what .+|the effect) is missing", "web-problem-words-missing"),
        (r"the owner is missing", "web-lesson-needs-owner"),
        (r"the due time is missing", "web-lesson-needs-due"),
        (r"a review asks no question '.*'", "web-problem-no-page"),
        (
            r"(?:(?:what|why|the effect|the answer|the reason).* has )?more than (?P<count>\d+) characters",
            "web-problem-lesson-long",
        ),
        (r"(?P<document>\S+) says what is known now", "web-problem-review-same"),
        (r"version (?P<version>\d+) of (?P<document>\S+) was written by hand", "web-problem-review-by-hand"),
        (r"there is no report '(?P<report>.*)'", "web-problem-report-none"),
        (r"no file came with the report (?P<report>\S+)", "web-problem-report-file"),
        (r"there is no source or service '(?P<name>.*)'", "web-problem-source-none"),
        (r"incident (?P<number>\S+) is part of a drill: .*", "web-problem-of-drill"),
        (r"the report (?P<report>\S+) is linked to .* already", "web-problem-report-linked"),
        (r"no client of (?P<controller>.+) is concerned", "web-problem-controller"),
        (r"incident (?P<number>\S+) is in a drill, and what came from outside is real", "web-problem-report-drill"),
        (r"the report (?P<report>\S+) was (?:linked|dismissed).*", "web-problem-report-done"),
        (r"this link has been used", "web-problem-link-used"),
        (r"this link was sent to somebody else", "web-problem-link-other"),
        (r"there is no such test any more", "web-problem-channel-gone"),
        (r"a round was sent at (?P<moment>\S+)", "web-problem-channel-again"),
        (r"nobody on the team has a target", "web-problem-channel-none"),
        (r"nobody could answer: the pages are off", "web-problem-channel-off"),
        (r".+ is not asked for this role any more", "web-role-link-over"),
        (r"this link was not made by this service.*", "web-problem-link-tampered"),
        (r"this link is too old.*", "web-problem-link-expired"),
        (r"step (?P<step>\S+) needs two persons(?:: .*)?", "web-problem-two-persons"),
        (rf"step (?P<step>{_STEP.pattern}) waits for nobody's word", "web-problem-no-approval"),
        (r"step (?P<subject>\S+) waits for nobody's word", "web-problem-no-word"),
        (
            r"(?P<person>.+) has asked for another person's word on (?P<subject>\S+)",
            "web-problem-asked-before",
        ),
        (
            r"(?P<person>.+) has asked anew for another person's word on (?P<subject>\S+)",
            "web-problem-asked-anew",
        ),
        (r"whoever asked for (?P<step>\S+) may not do it any more", "web-problem-author-gone"),
        (r"(?P<person>.+) was not called into incident (?P<number>\S+)", "web-problem-not-called"),
        (r"(?P<person>.+) may not do this \(\w+\)", "web-problem-may-not"),
        (r"(?P<person>.+) comes from (?P<address>\S+), an address of this case", "web-problem-address"),
        (r"(?P<person>.+) is not on the team", "web-problem-not-on-team"),
        (r"(?P<person>.+) cannot be invited", "web-problem-not-invited"),
        (r"'.*' is no role of a case", "web-missing-role"),
        (r"(?P<person>.+) cannot be asked to hold a role here", "web-problem-not-asked"),
        (r"nobody gives a role to themselves", "web-problem-role-own"),
        (r"only who leads asks another than (?P<person>.+), who accepted this role", "web-problem-role-held"),
        (r"only who leads asks (?P<person>.+) for this role", "web-problem-role-lead"),
        (
            r"(?P<person>.+) signs in on the word of (?P<other>.+): that is no second word .*",
            "web-problem-rests-on",
        ),
        (
            r"(?P<person>.+) and (?P<second>.+) sign in on the word of (?P<other>.+): that is no word of two",
            "web-problem-rest-on-one",
        ),
        (r"this question was answered, or .*", "web-problem-own-over"),
        (
            r"(?P<person>.+) has a word here only because (?P<other>.+) asked for it: .*",
            "web-problem-role-word",
        ),
        (r"(?P<person>.+) was asked for this role within (?P<minutes>\d+) minutes", "web-problem-role-again"),
        (
            r"(?P<person>.+) has asked for roles here (?P<count>\d+) times within an hour",
            "web-problem-role-often",
        ),
        (r"only who leads takes a role from (?P<person>.+), who accepted it", "web-problem-role-taken"),
        (r"(?P<person>.+) asked for this role: only they or who leads take it back", "web-problem-role-asker"),
        (r"nobody was asked to be '.*' in incident \S+", "web-problem-role-nobody"),
        (r"(?P<person>.+) was not asked to be '(?P<role>.*)' in incident \S+", "web-problem-role-none"),
        (r"(?P<person>.+) cannot be handed incident \S+", "web-problem-not-handed"),
        (r"nobody has incident (?P<number>\S+)", "web-problem-nobody-has"),
        (r"everybody else was called about incident (?P<number>\S+)", "web-problem-all-called"),
        (r"nobody else can take incident (?P<number>\S+)", "web-problem-nobody-else"),
        (r"(?P<person>.+) has incident (?P<number>\S+)", "web-problem-other-has"),
        (r"\S+ is over", "web-problem-snooze-over"),
        (r"the title is missing", "web-problem-case-title"),
        (r"the title has more than (?P<count>\d+) characters", "web-problem-case-long"),
        (r"why it is opened is missing", "web-problem-case-reason"),
        (r"'.*' is no checklist that a person opens an incident under", "web-problem-case-playbook"),
        (r"(?P<text>'.*') is no address", "web-problem-case-address"),
        (r"(?P<text>'.*') is no actor", "web-problem-case-actor"),
        (r"(?P<text>'.*') means many", "web-problem-case-many"),
        (r"(?:since|until), \S+, is in the future", "web-problem-case-future"),
        (r"since, \S+, is later than until", "web-problem-case-order"),
        (r"(?P<person>.+) cannot open an incident about an account of their own", "web-problem-case-own"),
        (r"nobody but (?P<person>.+) could decide about this incident: .*", "web-problem-case-everybody"),
        (r"an incident about somebody of the team would page nobody: .*", "web-problem-case-unheard"),
        (r"each of the two is about somebody who sees the other", "web-problem-merge-each"),
        (r"merging incident \S+ needs two persons(?:: .*)?", "web-problem-merge-two"),
        (r"incident (?P<number>\S+) is closed", "web-problem-merge-closed"),
        (r"incident (?P<number>\S+) is the same incident", "web-problem-merge-same"),
        (r"incident (?P<number>\S+) is no matter that goes on in another.*", "web-problem-merge-apart"),
        (r"incident (?P<number>\S+) goes on in another incident", "web-problem-merged"),
        (r"incident (?P<number>\S+) was not merged by a person", "web-problem-not-merged"),
        (r"a hold needs an end", "web-problem-hold-end"),
        (r"\S+ is too far: a hold lasts (?P<days>\d+) days at most", "web-problem-hold-far"),
        (r"only a hold has an end", "web-problem-hold-only"),
        (r"the status '\w+' is not set by hand", "web-problem-no-hold"),
        (r"incident (?P<number>\S+) is open", "web-problem-is-open"),
        (r"\S+ is too far: incident \S+ is .*", "web-problem-snooze-far"),
        (r"the proof of step (?P<step>\S+) lacks what was done, in words", "web-problem-proof-words"),
        (
            r"the proof of step (?P<step>\S+) lacks a number, path or address to find it by",
            "web-problem-proof-reference",
        ),
        (r"the proof of step (?P<step>\S+) lacks the number of the receipt", "web-problem-proof-receipt"),
        (r"the proof of step (?P<step>\S+) lacks the time", "web-problem-proof-time"),
        (r"the proof of step (?P<step>\S+) lacks a SHA-256", "web-problem-proof-hash"),
        (r"name, password or code did not fit.*", "web-problem-sign-in"),
        (r"the provider's word for who you are does not hold", "web-problem-provider-word"),
        (r"others are signing in at the provider just now.*", "web-problem-provider-busy"),
        (r"the provider that signs people in cannot be reached.*", "web-problem-provider-unreached"),
        (r"no provider signs people in here", "web-problem-provider-none"),
        (r"none of your groups at the provider may sign in", "web-problem-provider-groups"),
        (r"the provider asked for no second factor.*", "web-problem-provider-factor"),
        (r"the provider did not sign you in", "web-problem-provider-not"),
        (r"this signing in at the provider was begun in another browser.*", "web-problem-provider-elsewhere"),
        (r"(?P<person>.+) has to set up one-time codes first", "web-problem-codes"),
        (r"the code is not of this seed", "web-problem-code"),
        (r"this invitation (?:was used|is too old|is not ours)", "web-problem-invitation"),
        (r"the password has fewer than (?P<count>\d+) characters", "web-problem-password-short"),
        (r"the password has fewer than (?P<count>\d+) different characters", "web-problem-password-same"),
        (r"the password has more than (?P<count>\d+) characters", "web-problem-password-long"),
        (r"the password is little more than a name or a common word", "web-problem-password-common"),
        (r"the duty (?P<duty>\S+) needs two persons(?:: .*)?", "web-problem-duty-two"),
        (r"which laws apply needs two persons(?:: .*)?", "web-problem-laws-two"),
        (r"adopting what takes away or loosens .* needs two persons(?:: .*)?", "web-problem-adopt-two"),
        (r"the configuration is another than the one that was agreed on", "web-problem-adopt-other"),
        (r"team, ladder, laws, playbooks, kinds of data or spans here are not .*", "web-problem-terms-other"),
        (r"the note is missing", "web-problem-missing-note"),
        (r"the receipt's number is missing", "web-problem-missing-receipt"),
        (r"(?:why(?: .+)?|the reason(?: of the decision)?) is missing", "web-problem-missing-reason"),
        (r"incident (?P<number>\S+) is a digest of history: no law counts from it", "web-problem-digest-law"),
        (r"incident (?P<number>\S+) is not a digest of history", "web-problem-no-digest"),
        (r"row (?P<row>\S+) is incident (?P<number>\S*) already", "web-problem-row-incident"),
        (r"(?:several rows of incident \S+ begin with|incident \S+ has no row) '(?P<row>.*)'", "web-problem-no-row"),
        (r"closing incident (?P<number>\S+) needs its checklist .*", "web-problem-close-checklist"),
        (r"nobody does this for (?P<person>.+)", "web-problem-in-person"),
        (r"(?P<person>.+) may not act for (?P<other>.+)", "web-problem-act-for"),
        (r"step (?P<step>\S+) needs the role (?P<role>\S+)", "web-problem-role"),
        (r"step (?P<step>\S+) waits for (?P<other>[^:]+): .*", "web-problem-waits"),
        (
            r"(?P<duty>\S+) follows (?P<first>\S+), and of that no receipt is recorded yet: .*",
            "web-problem-receipt-follows",
        ),
        (r"closing incident \S+ waits for the duty (?P<duty>[^:]+): .*", "web-problem-close-duty"),
        (r"the duty (?P<duty>\S+) is fulfilled", "web-problem-duty-done"),
        (r"the duty (?P<duty>\S+) has the receipt .*", "web-problem-duty-receipt"),
        (r"the duty (?P<duty>\S+) starts with a request .*", "web-problem-duty-occasion"),
        (r"the duty (?P<duty>\S+) starts with \S+, and with no request or complaint", "web-problem-duty-started"),
        (r"(?P<duty>\S+) is about this one already", "web-problem-duty-known"),
        (r"incident (?P<number>.+) is part of another incident", "web-problem-duty-merged"),
        (r"which request or complaint it is is missing", "web-missing-what"),
        (r"incident (?P<number>\S+) has no duty '(?P<duty>.*)'", "web-problem-duty-none"),
        (r"incident (?P<number>.+) keeps no law called '(?P<law>.*)'", "web-problem-law-none"),
        (r"the (?:occasion|time of sending) \S+ is in the future", "web-problem-duty-future"),
        (r"the (?:occasion|time of sending) \S+ lies more than .*", "web-problem-duty-early"),
        (r"the time of sending \S+ lies before the case began, (?P<began>\S+)", "web-problem-receipt-early"),
        (
            r"the time of sending \S+ lies before the request or complaint, (?P<came>\S+)",
            "web-problem-receipt-occasion",
        ),
        (
            r"the time of sending \S+ lies before the receipt of (?P<duty>\S+), (?P<sent>\S+)",
            "web-problem-receipt-before",
        ),
        (r"closing incident \S+ waits for (?P<other>[^:]+): .*", "web-problem-close-waits"),
        (r"step (?P<step>\S+) is done", "web-problem-step-done"),
        (r"step (?P<step>\S+) was done by (?P<person>.+) already, in other words", "web-problem-step-otherwise"),
        (r"step (?P<step>\S+) is open already", "web-problem-step-open"),
        (r"incident (?P<number>\S+) was closed(?: at .*)?; .*", "web-problem-closed"),
        (r"incident (?P<number>\S+) is resolved already", "web-problem-resolved"),
        (r"incident (?P<number>\S+) has no step '(?P<step>.*)'", "web-problem-no-step"),
        (r"there is no incident (?P<ref>.*)", "web-problem-no-incident"),
        (r"the exception \S+ (?:is \S+: there is nothing to review|has ended)", "web-problem-expected-over"),
        (r"(?P<person>.+) cannot review what (?P<other>.+) asks for", "web-problem-expected-same"),
        (r"(?P<person>.+) cannot decide what is expected of .*", "web-problem-expected-own"),
        (r"UNTIL is not later than .*", "web-problem-expected-past"),
        (r"an exception lasts (?P<days>\d+) days at most", "web-problem-expected-long"),
        (r"incident (?P<number>\S+) was closed neither as .*", "web-problem-expected-not-false"),
        (r"incident (?P<number>\S+) is about nobody in particular", "web-problem-expected-nobody"),
        (r"(?:no exception begins|several exceptions begin) with .*", "web-problem-expected-none"),
        (r"the fact severity = .* needs two persons(?:: .*)?", "web-problem-fact-severity"),
        (
            r"the fact \w+ = .*, by which less is asked for or later: (?P<less>.+), needs two persons(?:: .*)?",
            "web-problem-fact-two",
        ),
        (r"(?P<fact>T0|T1) \S+ is in the future", "web-problem-future"),
        (r"the end of the flow \S+ is in the future", "web-problem-duty-future"),
        (
            r"T0 \S+ lies more than (?P<days>\d+) days before the first event, (?P<first>\S+), "
            r"and the reason does not name (?P<day>\S+)",
            "web-problem-early-report",
        ),
        (
            r"(?P<fact>T0|T1) \S+ lies more than (?P<days>\d+) days before the first event, (?P<first>\S+)",
            "web-problem-early",
        ),
        (r"T0 \S+ is not earlier than detection, (?P<shown>\S+)", "web-problem-fact-t0"),
        (r"the end of the flow \S+ lies before the last touch of client data, (?P<last>\S+)", "web-problem-fact-flow"),
        (r"the source of the fact \w+ is missing", "web-problem-fact-source"),
        (r"the source of the fact \w+ has more than (?P<count>\d+) characters", "web-problem-fact-source-long"),
        (r"'.*' is no value of the fact (?P<kind>\w+)", "web-problem-fact-value"),
        (r"the id is missing", "web-problem-list-missing"),
        (r"has (?P<count>\d+) characters; an id has (?P<most>\d+) at most", "web-problem-list-long"),
        (r"holds characters that cannot be seen", "web-problem-list-unseen"),
        (r"has (?P<count>\d+) cells where the first line names (?P<most>\d+)", "web-problem-list-cells"),
        (r"is no CSV: .*", "web-problem-list-csv"),
        (r"names no client", "web-problem-list-empty"),
        (r"(?:no column is known to hold ids of clients|duplicate column .*)(?:; .*)?", "web-problem-list-column"),
        (r"and (?P<count>\d+) lines more", "web-problem-list-more"),
        (r"incident (?P<number>\S+) is not about client data", "web-problem-list-no-breach"),
        (r"list (?P<list>\d+) of incident \S+ is this very file", "web-problem-list-same"),
        (r"incident \S+ counts no list (?P<list>\d+)", "web-problem-list-none"),
        (r"the end is not later than the beginning, or is over", "web-problem-silence-past"),
        (r"a silence lasts (?P<days>\d+) days at most", "web-problem-silence-long"),
        (r"the reason is missing", "web-missing-reason"),
        (r"(?:.*: longer|the reason is longer) than (?P<count>\d+) characters", "web-problem-silence-words"),
        (r".*: more than (?P<count>\d+) labels", "web-problem-silence-many"),
        (r"(?P<text>.*) says nothing of a label: .*", "web-problem-silence-text"),
        (r"unknown label (?P<text>.*); labels are (?P<labels>.*)", "web-problem-silence-label"),
        (r".*: it would be about nearly everything", "web-problem-silence-wide"),
        (r"(?P<text>.+) fits nothing: no (?P<label>\w+) is called so", "web-problem-silence-unknown"),
        (
            r"(?P<text>.+) fits nothing: no (?P<label>\w+) is called so; near: (?P<near>.+)",
            "web-problem-silence-unknown-near",
        ),
        (r"(?P<text>.+) fits nothing: an account is written (?P<account>.+)", "web-problem-silence-actor"),
        (r"(?P<text>.+) fits nothing: this address counts as (?P<address>.+)", "web-problem-silence-address"),
        (r"(?P<text>.+) fits nothing: .+ is no address", "web-problem-silence-no-address"),
        (r"(?P<text>.+) fits nothing: (?P<label>\w+) is one of (?P<values>.+)", "web-problem-silence-value"),
        (r"(?P<person>.+) cannot silence what is about an account of theirs", "web-problem-silence-own"),
        (r"(?P<person>.+) is no second person for what (?P<other>.+) has made", "web-problem-silence-same"),
        (r"the silence \S+ has ended.*", "web-problem-silence-over"),
        (r"(?:no silence begins|several silences begin) with .*", "web-problem-silence-none"),
    )
)


def in_words(problem: Problem, words: PageTexts) -> str:
    """Return a problem in the reader's language where there are words for it."""
    for pattern, message in _KNOWN:
        found = pattern.fullmatch(problem.what)
        if found:
            args: dict[str, Argument] = {
                name: _readable(name, value.strip("'\""), words) for name, value in found.groupdict("none").items()
            }
            args["who"] = problem.fix.rpartition(": ")[2]
            if "role" in args:
                args["role"] = words.role(str(args["role"]))
            text = words.t(message, **args)
            return words.t("web-problem-line", line=problem.line, text=text) if problem.line else text
    return str(problem)


def _readable(name: str, value: str, words: PageTexts) -> Argument:
    """Return a value as people write it: moments in their zone, what a second person is asked in words."""
    if _MOMENT.fullmatch(value):
        moment = datetime.fromisoformat(value)
        return f"{words.moment(moment)} {words.short_zone(moment)}"
    if name == "count":
        return int(value)
    if name == "counts":
        return ", ".join(f"{words.t(f'letters-state-{state}')} {count}" for state, count in _COUNTED.findall(value))
    if name not in ("subject", "step") or _STEP.fullmatch(value):
        return value
    key = value.lower()
    return messages(words.language).asked(f"{FACT}{key}" if key in set(CaseFactKind) else key)


def all_in_words(problems: Iterable[Problem], words: PageTexts) -> list[str]:
    """Return each of several problems so."""
    return [in_words(each, words) for each in problems]


def status_of(error: InputError) -> int:
    """Return the HTTP status that says what kind of error it is."""
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, DeniedError):
        return 403
    return 409 if isinstance(error, ConflictError) else 400
