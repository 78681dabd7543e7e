# Documents: kinds, what is done with them, and their pages
document-kind-notice = notice
document-kind-letter = letter
document-kind-withdrawal = withdrawal
document-kind-faq = answers for the hotline
document-kind-report = report
document-kind-review = review
document-kind-drill-record = record of a drill
document-kind-training-record = record of a training
document-kind-plan = response plan
document-act-approved = approved
document-act-sent = sent
document-act-receipt = receipt
incident-entry-document-added = Document { $document } was filed: { $title } ({ $kind ->
    [notice] notice
    [letter] letter
    [faq] answers for the hotline
    [report] report
    [review] review
    [drill_record] record of a drill
    [plan] response plan
    [withdrawal] withdrawal
   *[training_record] record of a training
}), version 1, SHA-256 { $hash }
incident-entry-document-revised = Document { $document }, version { $version } was filed: { $note }. SHA-256 { $hash }
incident-entry-document-approved = Document { $document }, version { $version } was approved. SHA-256 { $hash }
incident-entry-document-sent = Document { $document }, version { $version } was sent to { $to }, { $at }. SHA-256 { $hash }
incident-entry-document-receipt = Receipt of document { $document }, version { $version }: { $number }.{ $reason ->
    [none] {""}
   *[other] {" "}Correction: { $reason }
}
incident-entry-document-read = Document { $document }, version { $version }, which names clients, was read
web-entry-document-added = document
web-entry-document-revised = new version
web-entry-document-approved = document approved
web-entry-document-sent = document sent
web-entry-document-receipt = receipt
web-entry-document-read = document read
web-nav-documents = Documents
web-documents = Documents
web-documents-none = Nothing was filed.
web-documents-hint = Files are filed, and letters that name clients are read, at the command line: nabat documents add { $number } FILE
web-documents-all-hint = What was filed for the company, and of the newest incidents that you may look at.
web-documents-more = Older ones: nabat documents list
web-col-document = Document
web-col-version = Version
web-col-kind = What it is
web-document-waits = waits for a second person's approval
web-document-letters = approved; which letters have gone is with the letters
web-document-approved = approved, not sent
web-document-filed = filed
web-document-sent-to = sent to { $to }, no receipt
web-document-receipt = receipt { $number }
web-document-add = File a document
web-document-title = Title
web-document-language = Language (two letters)
web-document-duty = Duty that it fulfils once there is a receipt
web-document-no-duty = none
web-document-body = Text (Markdown)
web-document-two = Another person has to approve each version (always so for notices and letters)
web-document-clients = It names clients: only who may see client numbers reads it (always so for letters)
web-document-file = File it
web-document-of = The incident
web-document-for-duty = Fulfils the duty { $duty } once there is a receipt.
web-document-versions = Versions
web-document-typed = filed by { $by }
web-document-download = file
web-document-altered = The text is not what was filed: somebody altered it in the database. See: nabat verify
web-document-names-clients = It names clients, and that it was read is recorded: nabat documents show { $document }
web-document-text = Text of version { $version }
web-document-cut = Only its beginning is shown; the file holds all of it.
web-document-difference = What changed since version { $version }
web-document-approve = Approve version { $version }
web-document-sent = Version { $version } was sent
web-document-to = To whom, and how
web-document-sent-at = When it was sent ({ $zone }); empty: now
web-document-sent-keep = It was sent
web-document-receipt-came = A receipt came
web-document-receipt-at = When it came ({ $zone }); empty: now
web-document-receipt-keep = Keep the receipt
web-document-revise = File a new version
web-document-changed = What changed
web-missing-body = The text is empty.
web-missing-title = Give a title.
web-missing-document-kind = Choose what the document is.
web-missing-changed = Say what changed.
web-missing-sent-to = Say to whom it was sent.
web-problem-document-none = There is no document { $document }.
web-problem-document-same = Version { $version } says the same: there is nothing to file.
web-problem-document-newest = Version { $version } is not the newest: read the newest one and approve that.
web-problem-document-own = Version { $version } is by { $person }: that is no second word. Another person has to approve it.
web-problem-document-again = You have approved version { $version } already.
web-problem-document-several = “{ $version }” may be a version of several documents: write which, such as d1 v2.
web-problem-document-not-filed = “{ $version }” is no version of a document that was filed. File what was sent first, or leave it empty.
web-problem-document-gate = Version { $version } needs the approval of a second person before it is sent.
web-problem-document-withdrawn = Version { $version } says what was withdrawn at { $at }, and does not say that this holds no more. Draft the notice anew.
web-problem-document-before = Version { $version } was approved at { $agreed }, after it is said to have been sent. Give the moment it was sent.
web-problem-document-unsent = Nothing says that it was sent: record first to whom and when.
web-problem-document-receipt = Version { $version } has a receipt. Say why it is corrected.
web-problem-document-receipt-early = The receipt is earlier than the sending, { $sent }.
web-problem-document-future = { $moment } is in the future.
web-problem-document-early = { $moment } lies more than { $days } days before the first event: look at year and month.
web-problem-document-language = { $language } is no language: write two letters (en, ru, fr).
chain-document-body = document { $document }, version { $version }: the text is gone, or is not what was filed

# The register of breaches
register-facts = known since { $known }, aware { $aware }, cause: { $cause }
register-effects = { $people ->
    [none] nobody is known to be concerned, at most { NUMBER($high) }
    [exact] { $high ->
        [one] { NUMBER($high) } person
       *[other] { NUMBER($high) } people
    }
   *[between] { NUMBER($low) } to { NUMBER($high) } people
}; { $classes }; severity { $severity }
register-of-others = beside them { NUMBER($count) } { $count ->
    [one] client
   *[other] clients
} of companies for which we process data
register-informed = told each for themselves: { NUMBER($informed) }; in public: { NUMBER($public) }; given up: { NUMBER($over) }; without a letter: { NUMBER($without) }
register-no-breach = it turned out to be no breach: closed as { $reason ->
    [false_positive] a false positive
    [authorised] agreed work
   *[duplicate] a duplicate
}, { $time }; it stays here because others were told of it
register-decided = decided { $time }: { $reason }
register-due = due { $due }

web-document-check = What the check says of this version
web-document-check-hint = Held against what is established in the case now. What is named may be put right by the next version. Who approves or sends all the same what contradicts (red) says why, and that is kept.
web-document-why-approved = Why it is approved though it contradicts the case ({ $count })
web-document-why-sent = Why it goes out though it contradicts the case ({ $count })
web-problem-document-contradicts = Version { $version } contradicts the case ({ $count }): put it right, or say why it goes on all the same.
incident-entry-document-approved-all-the-same = Document { $document }, version { $version } was approved though the check names contradictions with the case ({ $count }): { $reason }. SHA-256 { $hash }
incident-entry-document-sent-all-the-same = Document { $document }, version { $version } was sent to { $to }, { $at }, though the check names contradictions with the case ({ $count }): { $reason }. SHA-256 { $hash }

letterhead-inn = INN { $number }
letterhead-registration = registration no. { $number }
