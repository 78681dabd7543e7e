# Drills: what is said when one begins, asks and ends, and its report.
drill-word = Drill
drill-mark = DRILL
drill-document-mark = DRILL: an exercise, nothing of this has happened. Not to be sent to anybody.

drill-ended-finished = Drill { $number } is over.
drill-ended-stopped = Drill { $number } was stopped by { $by }: { $reason }.
drill-ended-interrupted = Drill { $number } made way for a real incident.

drill-waited-too-long = The service did not run when it was asked for.
drill-given-up = It could not go on; the log of the service says why.

drill-told-finished-title = { drill-mark } { $number } is over
drill-told-finished = { drill-mark } { $number } "{ $title }" is over. Thank you. The report: nabat drill report { $number }
drill-told-stopped-title = { drill-mark } { $number } was stopped
drill-told-stopped = { drill-mark } { $number } "{ $title }" was stopped by { $by }: { $reason }. Nothing of it is to be done any more.
drill-told-interrupted-title = { drill-mark } { $number } is broken off: a real incident is open
drill-told-interrupted = { drill-mark } { $number } "{ $title }" is broken off: a real incident has opened, and it counts alone from now on. Nothing of the drill is to be done any more.

drill-inject-title = { drill-mark } { $number }, question { $inject }
drill-inject = { drill-mark } { $number } "{ $title }", question { $inject }. Nothing of this has happened.
drill-inject-question = Question: { $question }
drill-inject-answer = Answer it together; whoever keeps the record writes it down: nabat drill answer { $inject } --text "..."

drill-status-asked = asked for
drill-status-running = running
drill-status-finished = finished
drill-status-stopped = stopped
drill-status-interrupted = broken off
drill-mode-live = through the service
drill-mode-table-top = at the table

drill-report-title = { drill-mark } { $number }: { $title }
drill-report-scenario = Scenario
drill-report-mode = Played
drill-report-asked = Asked for by
drill-report-began = Began
drill-report-ended = Ended
drill-report-status = State
drill-report-measures = Times
drill-report-measure = What
drill-report-took = Took
drill-report-page = From the first line or call to the first page
drill-report-answer = From the first page to "I have it"
drill-report-notice = From the first line or call to the first notice drafted
drill-report-steps = Steps
drill-report-steps-of = { $done } of { $steps } with a due time done, { $late } late
drill-report-never = never
drill-report-none = –
drill-report-gaps = Gaps
drill-report-no-gaps = None: everything was done in its time.
drill-report-gap-no-incident = Nothing opened an incident: the rules in force do not find this.
drill-report-gap-no-page = Nobody was paged.
drill-report-gap-no-answer = Nobody said "I have it".
drill-report-gap-slow-answer = The answer came after { $took }; the ladder's first rung had gone by to the next after { $rung }.
drill-report-gap-no-notice = No notice was drafted.
drill-report-gap-late = { $step } { $title }: due { $due }, done { $late } later.
drill-report-gap-open = { $step } { $title }: due { $due }, not done when the drill ended.
drill-report-gap-inject = Question { $inject } was not answered.
drill-report-checklist = Steps against their due times
drill-report-col-step = Step
drill-report-col-due = Due
drill-report-col-done = Done
drill-report-col-by = By
drill-report-injects = Questions and answers
drill-report-no-answer = no answer
drill-report-earlier = This drill and those before it
drill-report-earlier-axis = drill
drill-report-earlier-seconds = seconds
drill-report-series-page = to the page
drill-report-series-answer = to the answer
drill-report-col-drill = Drill
drill-report-actions = What to do about it
drill-report-actions-hint = Fill in, and file the report: nabat drill report { $number } --file
drill-report-col-action = Measure
drill-report-col-owner = Owner
drill-report-col-until = Until
drill-report-not-over = The drill goes on: these are its times so far.
