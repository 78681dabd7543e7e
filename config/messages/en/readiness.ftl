# How ready the company is: points, what lacks, how it is mended
readiness-title = Readiness on { $day }
readiness-answer = { $count ->
    [0] { $score } of 100. Nothing lacks of what is looked at here.
   *[other] { $score } of 100. What costs most: { $what }.
}
readiness-before = { $score } on { $day }
readiness-unchecked = not checked
readiness-nobody = nobody
readiness-unsaid = not said
readiness-unmeasured = not measured in the last 7 days
readiness-never-answered = never confirmed
readiness-area-plan = Plan
readiness-area-roster = Roster
readiness-area-channels = Channels
readiness-area-drills = Drills
readiness-area-training = Training
readiness-area-texts = Templates
readiness-area-data-map = Data map
readiness-plan-none = No response plan is filed
readiness-fix-plan-none = File it, and let somebody else approve it: nabat documents add company plan.md --kind plan --title "Response plan"
readiness-plan-unapproved = No version of the plan was approved by a second person
readiness-fix-plan-unapproved = Somebody other than its author approves it, on its page or with nabat documents approve
readiness-plan-newer = Version { $count } of the plan waits for approval; version { $whole } is in force
readiness-fix-plan-newer = Somebody other than its author approves the newest version
readiness-plan-review-late = Review of the plan overdue by { $days ->
    [one] 1 day
   *[other] { $days } days
}
readiness-fix-plan-review-late = Approve a new version of the plan, or record the review: nabat standing done plan_review
readiness-plan-review-unkept = When the plan is reviewed is not kept here
readiness-fix-plan-review-unkept = Set standing.plan_review.every
readiness-roster-none = Nobody can be reached: the team is empty
readiness-fix-roster-none = Name people, targets and roles under team
readiness-role-empty = { $count } of { $whole } roles have nobody
readiness-fix-role-empty = Name somebody for each under team.roles
readiness-role-alone = { $count } of { $whole } roles have no backup
readiness-fix-role-alone = Name a second person for each under team.roles
readiness-one-way = { $count } of { $whole } people are reached in one way only
readiness-fix-one-way = Give each a second target: team.people[].targets
readiness-roster-check-late = Check of the roster overdue by { $days ->
    [one] 1 day
   *[other] { $days } days
}
readiness-fix-roster-check-late = Go through it, and record it: nabat standing done roster_check
readiness-roster-check-unkept = When the roster is checked is not kept here
readiness-fix-roster-check-unkept = Set standing.roster_check.every
readiness-channels-unkept = Channels are not tested
readiness-fix-channels-unkept = Set preparation.channel_test.every
readiness-channels-none = There are no channels
readiness-fix-channels-none = Name targets under notify.targets and team.people
readiness-channels-never = { $count } of { $whole } channels were never confirmed
readiness-fix-channels-never = Send a round of tests (nabat readiness test-channels); each person presses the link
readiness-channels-stale = { $count } of { $whole } channels were not confirmed of late
readiness-fix-channels-stale = Ask these people whether the message came, and correct the targets
readiness-drill-none = No drill was played to its end within a year
readiness-fix-drill-none = Play one: nabat drill run canary
readiness-drill-at-table = No drill of the last year paged anybody: all were at the table
readiness-fix-drill-at-table = Play one through the service: nabat drill run canary
readiness-drill-unanswered = Nobody answered the page of the last drill
readiness-fix-drill-unanswered = Read its report, mend why, and play one again
readiness-drill-late = Drill overdue by { $days ->
    [one] 1 day
   *[other] { $days } days
}
readiness-fix-drill-late = Play one: nabat drill run
readiness-drill-unkept = When drills are held is not kept here
readiness-fix-drill-unkept = Set standing.drill.every
readiness-training-unkept = No register of trainings is kept
readiness-fix-training-unkept = Name a CSV file: preparation.training.register_file
readiness-training-unread = The register of trainings cannot be read
readiness-fix-training-unread = nabat check says in which lines
readiness-training-empty = The register of trainings is empty
readiness-fix-training-empty = Write a row for each person
readiness-training-late = Training of { $count } of { $whole } people overdue
readiness-fix-training-late = nabat training list --late says which course; write into the register when it was done
readiness-training-newcomer = { $count } of { $whole } people are new and not trained in time
readiness-fix-training-newcomer = Train them, and write it into the register
readiness-training-unlisted = { $count } of { $whole } people of the crisis team do not stand in the register
readiness-fix-training-unlisted = Write them in, by their name in team.people
readiness-texts-never = Nobody recorded a review of the templates
readiness-fix-texts-never = Read them, and record it: nabat standing done template_review
readiness-texts-changed = { $count } of { $whole } templates are other than they were at the last review
readiness-fix-texts-changed = Read them, and record it: nabat standing done template_review
readiness-template-review-late = Review of the templates overdue by { $days ->
    [one] 1 day
   *[other] { $days } days
}
readiness-fix-template-review-late = Read them, and record it: nabat standing done template_review
readiness-template-review-unkept = When templates are reviewed is not kept here
readiness-fix-template-review-unkept = Set standing.template_review.every
readiness-sources-none = No source is watched
readiness-fix-sources-none = Name logs under sources
readiness-service-unseen = What the service sees is not known: it does not run, or has just begun
readiness-fix-service-unseen = Start it; nabat check says why it cannot
readiness-blind-spots = The service tells of { $count ->
    [one] 1 blind spot
   *[other] { $count } blind spots
}
readiness-fix-blind-spots = The page of sources says of each what to do
readiness-source-unmapped = { $count } of { $whole } sources with client data have no route that names a class of data
readiness-fix-source-unmapped = Write routes under records.routes, or client_data: false where there is none
readiness-source-unmeasured = How much of { $count } of { $whole } sources is covered was not measured
readiness-fix-source-unmeasured = It is measured once requests come; see whether these logs are written
readiness-source-uncovered = Routes name less than 95 % of the requests of { $count } of { $whole } sources
readiness-fix-source-uncovered = The page of sources lists requests that no route names
readiness-source-unsaid = Of { $count } of { $whole } sources it is not said who answers for them, or how long they are kept
readiness-fix-source-unsaid = Set sources[].owner and sources[].retention
readiness-class-unsaid = Of { $count } of { $whole } classes of data it is not said how long they are kept
readiness-fix-class-unsaid = Set records.data_classes.*.retention
readiness-data-map-late = Reading of the data map overdue by { $days ->
    [one] 1 day
   *[other] { $days } days
}
readiness-fix-data-map-late = Read it (nabat readiness map), correct what is wrong, and record it: nabat standing done data_map
readiness-data-map-unkept = When the data map is read is not kept here
readiness-fix-data-map-unkept = Set standing.data_map.every
readiness-plan-missing = No response plan is filed.
readiness-plan-filed = { $document }: version { $version } waits for the approval of a second person.
readiness-plan-agreed = { $document }: version { $version }, approved by { $person } on { $day }.
readiness-plan-review = Next review: { $day }.
readiness-plan-owner = Whose it is: { $person }.
readiness-training = { $fit } of { $people } people in date; overdue: { $late }, of these new: { $new }; due soon: { $soon }; of the crisis team not in the register: { $unlisted }.
readiness-texts-unreviewed = No review of the { $whole } templates is recorded.
readiness-texts = { $same } of { $whole } templates are as they were at the last review.
training-state-in-date = in date
training-state-soon = due soon
training-state-overdue = overdue
training-state-never = never done
training-state-newcomer = new, in time
training-state-newcomer-late = new, overdue
notify-channel-title = { $organization }: test of your channel
notify-channel = { $organization } tries whether you are reached over { $target }. Nothing has happened.
notify-channel-link = Say that it came: { $link }
notify-channels-title = { $count ->
    [one] One person has not confirmed the test message
   *[other] { $count } people have not confirmed the test message
}
notify-channels = Tests of channels:
notify-owed-channel-test = { $late ->
    [late] since { $time } { $who } has not confirmed the test message over: { $title }
   *[due] until { $time } { $who } confirms the test message over: { $title }
}
notify-readiness-title = Readiness: { $score } of 100
notify-readiness = { $before ->
    [-1] Nabat counts { $score } of 100 points for how ready the company is. The page names what lacks and how it is mended.
   *[other] Nabat counts { $score } of 100 points for how ready the company is; a month ago it was { $before }. The page names what lacks and how it is mended.
}
web-owed-channel-test = { $who } has not confirmed the test message over: { $title }
web-nav-readiness = Readiness
web-readiness-title = Readiness
web-readiness-costs = What costs points
web-readiness-nothing = Nothing lacks.
web-readiness-was = { $score } on { $day }
web-readiness-report = Report
web-readiness-roster = Roster
web-readiness-channels = Channels
web-readiness-channels-hint = Each person says by the link in the message that it came. That a target took it proves nothing.
web-readiness-channels-off = Channels are not tested (preparation.channel_test.every).
web-readiness-test = Send tests to everybody now
web-readiness-tested = Tests are on their way.
web-readiness-drills = Drills within a year
web-readiness-no-drills = None was played to its end.
web-readiness-plan = Plan
web-readiness-training = Training
web-readiness-late = Who is overdue
web-readiness-texts = Templates
web-readiness-map = Data map
web-readiness-map-hint = From the configuration, and from what was read in the last 7 days. Who touched what is kept { $span }.
web-readiness-mend = How it is mended
web-readiness-value = Readiness, { $score } of 100
web-col-first = First
web-col-backup = Backups
web-col-target = Target
web-col-confirmed-at = Confirmed last
web-col-answer = Answered after
web-col-steps-done = Steps done
web-col-course = Course
web-col-state = State
web-col-classes = Classes of data
web-col-coverage = Covered
web-col-retention = Kept
web-col-answers = Answers for it
web-channel-title = Test of a channel
web-channel-asks = This message came over { $target }, and { $person } reads it.
web-channel-press = It came
web-channel-thanks = Thank you: it is written down that the message over { $target } came.
web-channel-nothing = Nothing has happened; there is nothing else to do.
web-col-points = Points
web-channel-bad = Nothing was written down. The next round brings a new link.
web-problem-link-other = This link was sent to somebody else. Sign out, or let them press it.
web-problem-channel-gone = There is no such test any more. Wait for the next one.
web-problem-channel-again = Tests were sent at { $moment }. Wait ten minutes.
web-problem-channel-none = Nobody on the team has a target.
web-problem-channel-off = Nobody could answer: the pages are off.
training-overdue = { $count ->
    [one] training of 1 person
   *[other] training of { $count } people
}
notify-owed-training = overdue since { $time }: { $title } (nabat training list --late)
web-owed-training = overdue: { $title }
