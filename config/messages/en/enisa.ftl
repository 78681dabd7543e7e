# The severity by ENISA's method
enisa-asked = { $person } wants to lower a factor: { $factor }, { $value }. A second person has to agree; what there is counts until then.
enisa-head = Severity by ENISA's method
enisa-sum = { $dpc } × { $ei } + { $cb } = { $score }
enisa-level-low = low
enisa-level-medium = medium
enisa-level-high = high
enisa-level-very-high = very high
enisa-advice-low = Our reading, not ENISA's: into the register; somebody confirms that a risk is unlikely.
enisa-advice-medium = Our reading, not ENISA's: to the regulator.
enisa-advice-high = Our reading, not ENISA's: to the regulator and to the clients.
enisa-advice-very-high = Our reading, not ENISA's: to the regulator and to the clients, with the management on the line at once.
enisa-factor-simple = Simple data (names, contacts), 1 to 4
enisa-factor-behavioural = Behavioural data (places, habits), 1 to 4
enisa-factor-financial = Financial data, 1 to 4
enisa-factor-sensitive = Sensitive data (health, beliefs), 1 to 4
enisa-factor-ei = Ease of identification, 0.25 to 1
enisa-factor-confidentiality = Loss of confidentiality, 0 to 0.5
enisa-factor-integrity = Loss of integrity, 0 to 0.5
enisa-factor-availability = Loss of availability, 0 to 0.5
enisa-factor-malicious = Intent, 0 or 0.5
enisa-factor-many = More than 100 people
enisa-factor-unintelligible = Data that nobody can read
enisa-classes = touched: { $classes }
enisa-papers = touched: { $classes }; our reading, not ENISA's: papers with which somebody can act in a person's name count one more than other simple data
enisa-no-class = no data of this kind is known to be touched
enisa-kind-unknown = which data it was is not known: simple data at least
enisa-ease = by what the configuration says of { $classes }
enisa-ease-unknown = how easily people are recognised is not known: counted as at once
enisa-recipients-unknown = data was sent, and who has it now is not known
enisa-nothing-read = nothing was sent: data was only changed or deleted
enisa-altered = { $count ->
    [one] one change
   *[other] { $count } changes
}: perhaps used wrongly, and recoverable until somebody says otherwise
enisa-nothing-altered = no change of data is known
enisa-deleted = { $count ->
    [one] one deletion
   *[other] { $count } deletions
}: counted as gone for a time until somebody says otherwise
enisa-nothing-deleted = no deletion is known
enisa-intent-unknown = the intent is not known: counted until somebody says that it was an error
enisa-intent = { $cause ->
    [attack] the stated cause is an attack
   *[insider] the stated cause is somebody of ours
}
enisa-no-intent = { $cause ->
    [failure] the stated cause is a failure
   *[human_error] the stated cause is an error of a person
}
enisa-people = { $least } people at least, { $most } at most
enisa-uncounted = { $count ->
    [one] one export or list that no log counts
   *[other] { $count } exports or lists that no log counts
}: perhaps more
enisa-readable = nothing says that the data was encrypted with a key that is safe
enisa-col-factor = Factor
enisa-col-value = Value
enisa-corrected = { $by }: { $reason }
enisa-computed = Computed: { $value }.
enisa-as-computed = as computed
enisa-correct = Correct a factor
enisa-correct-hint = Of a kind of data 0 says that none is concerned; more than its first score, that the amount for each person, the company's nature or a special group makes it worse; less, that it is old, public or says little.
enisa-reason = Why
enisa-press = Keep the correction
enisa-source = After ENISA, Recommendations for a methodology of the assessment of severity of personal data breaches, v1.0, December 2013. It decides no duty.
incident-entry-severity-assessed = Severity by ENISA's method: { $factor } is { $value } (computed: { $computed }): { $reason }. Now { $score }, { $level }
web-entry-severity-assessed = ENISA severity
web-missing-factor = Choose a factor.
web-missing-value = Choose a value.
web-problem-factor = This factor cannot be { $value }: choose one of { $who }.
web-problem-factor-same = It is { $value } already: there is nothing to correct.
web-problem-factor-none = No client data is known to be concerned.
