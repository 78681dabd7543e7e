# Why clients were touched (detector.schema.events.touches).

touches-unexplained = { $clients ->
    [one] One client
   *[other] { NUMBER($clients) } clients
}; of these { $unexplained ->
    [0] none that neither it nor its colleagues had dealt with
    [one] one it had never dealt with, nor had its colleagues
   *[other] { NUMBER($unexplained) } it had never dealt with, nor had its colleagues
}
touches-unknown = What explains that these clients were touched cannot be said: the logs are too new, or it is not counted yet
touches-counted = Not all of it is known yet: events are counted in order of time, so far those before { $upto }.
touches-counted-late = { $source } is waited for: its lines may come { $span } late.
touches-counted-unread = { $source } is waited for: not all of its lines are read.
touches-counted-due = By { $time } it is known what explains the last touches here.
touches-usual-own = usually { $share } of what it opens is so
touches-usual-role = in its role { $share }
touches-usual-role-alone = usually { $share } of what its role opens is so
touches-usual-work = Not counted: { $clients ->
    [0] no other client was touched
    [one] one other client was touched
   *[other] { NUMBER($clients) } other clients were touched
} by the usual work of the same accounts meanwhile{ $unexplained ->
    [0] {""}
    [one] ; nothing explains one of them
   *[other] ; nothing explains { NUMBER($unexplained) } of them
}{ $untold ->
    [0] {""}
    [one] ; one of them is not parted yet: what explains that it was touched is not known, and it may belong to the matter
   *[other] ; { NUMBER($untold) } of them are not parted yet: what explains that they were touched is not known, and they may belong to the matter
}
touches-usual-hint = These are no part of the numbers above, nor of the list for notices and letters. Look through them before you write: nabat scope { $number } --usual usual.csv
touches-col-class = What explains it

touch-class-own = Dealt with the client before, or the client is its own
touch-class-follow-up = Went on with a card, or picked it from a list
touch-class-list = Shown in a list, or next in order
touch-class-team = Colleagues dealt with the client, or it is the team's
touch-class-unexplained = Nothing explains it
touch-class-unknown = Cannot be said

touch-reason-dealt-before = dealt with the client before
touch-reason-same-card = had just opened the same card
touch-reason-from-list = a list had just shown it
touch-reason-listed = a list or search showed it
touch-reason-neighbour = had just opened the next number
touch-reason-colleagues = colleagues dealt with the client
touch-reason-nobody = neither it nor colleagues had dealt with the client
touch-reason-too-early = too early to say: the log is too new
touch-reason-no-actor = the log names nobody
touch-reason-portfolio = the company says the client is its own
touch-reason-team-portfolio = the company says the client is its team's
touch-reason-untold = no reason is kept: not yet counted, or the line came too late
