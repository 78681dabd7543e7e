# What `nabat init` says, and the comments in the file it writes.

init-yaml-head = Nabat's configuration, written by `nabat init` on { $day } from the logs named below.
init-yaml-guesses = What is under records and actors are guesses by words, ids and habits. Look at each of them; docs/configuration.md explains every key.
init-yaml-check = `nabat check -c { $file }` says what is left to fill in, with its line: the team.
init-yaml-state = database, access journal, snapshots, model, keys; /var/lib/nabat for a service
init-yaml-zone = in which people are shown times, and which hours are night; such as Europe/Berlin
init-yaml-sources = Where lines come from.
init-yaml-read = { $lines ->
        [one] One line looked at
       *[other] { $lines } lines looked at
    } ({ $part ->
        [all] all there are
       *[sample] a sample spread over the files
    }), { $share } % of them understood.
init-yaml-formats = No single format reads them all: { $formats }.
init-yaml-rejects = Not understood: { $reasons }; `nabat decode FILE | grep reject` shows which.
init-yaml-copies = Rotated or older files beside it that belong to it: { $count }.
init-yaml-missing = { $file } is missing: it holds the names behind the numbers in the records.
init-yaml-span = Events from { $first } to { $last }.
init-yaml-source-zone = a guess; better the name of a region (Europe/Moscow), which knows of summer time
init-yaml-offset = The lines carry their zone: { $offset }.
init-yaml-late = { $count ->
        [one] one line comes after a later one
       *[other] { $count } lines come after later ones
    }, by up to { $most }
init-yaml-nearly = Nearly in order: { $count ->
        [one] one line comes after a later one
       *[other] { $count } lines come after later ones
    }, by up to { $most }; `lateness` (default 500ms) covers nearly all.
init-yaml-order = The lines are in the order of time: the default of `lateness` is enough.
init-yaml-lag = The file was last written { $lag } after its newest event.
init-yaml-silence = Longest time without a line: { $longest }{ $quiet ->
        [yes] ; usually quiet from { $begin } to { $end } o'clock
       *[no] { "" }
    }. `silent_after: habit`, the default, learns that; set 1h for a system that is never quiet.
init-yaml-proxies = A guess: these addresses name other clients in X-Forwarded-For.
init-yaml-front = Nearly all requests come from one address, and nothing says for whom: let the proxy send and the server log X-Forwarded-For.
init-yaml-no-client-data = only logins, host messages or public pages, as far as the lines show; set true once routes below touch client data
init-yaml-drafts = the drafts are there
init-yaml-draft = { $instead ->
        [none] No shipped format understands these lines
       *[other] The shipped format { $instead } reads these lines, but not who acts
    }: { $format } is a draft made from them. Review it; docs/formats.md explains its keys.
init-draft = { $instead ->
        [none] { "" }
       *[other] { $instead } reads these lines, but not who acts; { "" }
    }{ $file } will be a draft of a format for it: review it before you trust what it reads
init-yaml-unread = NOT WATCHED: of { $lines } lines { $share } % are understood. Name a format, or paste the server's log_format (docs/formats.md), and remove the #.
init-yaml-records = Which requests touch whose data: the record map. Tried in order; the first that fits is used.
init-yaml-classes = Guesses by the kind of record; write what is really shown there.
init-yaml-no-routes = { $told ->
        [yes] Nothing in these logs looks like client data.
       *[no] Which of these lines are about client data could not be told: write routes for those that are.
    } Without routes Nabat sees web attacks and logins, not whose data is taken.
init-yaml-logins = Signing in and out: no client data, for the rules about accounts.
init-yaml-off = Not accepted; where such requests do show client data, remove the #.
init-yaml-unmapped = { $service }: other frequent requests, which do not look like client data (method, path, requests):
init-yaml-canaries = Ids of planted false clients: any touch is a sure sign.
init-yaml-watched = A CSV of clients likely to be snooped on (staff, well-known people, litigants), their ids first; the first line names the columns.
init-yaml-actors = Who is a program, and which networks are yours.
init-yaml-programs = Rules spare programs: list only those you know.
init-yaml-domains = Your own domains: with and without them an account is the same. Leave out foreign domains: there anna may be somebody else.
init-yaml-networks = The rest is `internet`.
init-yaml-network = { $network }: { $count ->
        [one] one request
       *[other] { $count } requests
    } of { $accounts ->
        [one] one account or address
       *[other] { $accounts } accounts and addresses
    }.
init-yaml-team = TODO: who is paged. While this is empty nobody is paged, and `nabat check` says so.
init-yaml-people = TODO: people, each with targets in order of preference.
init-yaml-roles = TODO: roles: { "{" } soc: [anna, boris], lead: [boris] { "}" }
init-yaml-targets = TODO: Apprise URLs; keep secrets in the environment, as here.

init-because = Guessed from: { $words }; { $count ->
        [one] one request
       *[other] { $count } requests
    } ({ $share } %), { $paths ->
        [one] one address or id
       *[other] { $paths } different addresses or ids
    }{ $sized ->
        [yes] , { $size } bytes an answer
       *[no] { "" }
    }, { $signed } % with an account or session.{ $stand ->
        [yes] { " " }Nothing names the client: each record counts as a client of its own.
       *[no] { "" }
    }{ $tenant ->
        [none] { "" }
        [host] { " " }Ids are counted within each host: companies seem to share the system.
       *[other] { " " }Ids are counted within each { $tenant }: companies seem to share the system.
    }
init-program = { $name }: { $signs }; { $count ->
        [one] one event
       *[other] { $count } events
    } in { $hours ->
        [one] one hour
       *[other] { $hours } hours
    } of the day, { $records ->
        [one] one address or record
       *[other] { $records } different addresses or records
    }.{ $wanted ->
        [yes] { "" }
       *[no] { " " }Not accepted: decide yourself whether this is a program that may do so.
    }
init-sign-named = named like a program
init-sign-machine = sends a program's user agent
init-sign-steady = sends requests at even intervals

init-remark-graphql = GraphQL is served at one address: a path cannot say what was requested. Let the application write an audit line of JSON with operationName and variables (an object that holds the client's id), see docs/formats.md.
init-remark-rpc = Calls go to one address (RPC, SOAP, batches): a path cannot say what was requested. Let the application write an audit line (docs/formats.md).
init-remark-dispatch = Pages are told apart by the query of one address, which a route cannot do. Let the application write an audit line (docs/formats.md).
init-remark-onec = 1C's thin client uses one address: read its event log instead (docs/formats/1c.md).
init-remark-database = A log of a database: routes name tables (`table: crm.clients`), see docs/formats/databases.md.
init-remark-no-account = { $known ->
        [address] No account and no session is read from any line: behaviour is judged by address.
       *[none] No account, session or address is read from any line: nothing says who acts, so nobody can be judged.
    } If the lines name one, describe a format that reads it (docs/formats.md); else log it ("let nginx write JSON").
init-remark-account-field = No event names an account, but the lines have fields that may be one: { $fields }. Describe a format that reads them (docs/formats.md).
init-zone-written = Times carry no zone: taken for { $zone } ({ $offset }). With it, the last line was written when the file was.
init-zone-ahead = Times carry no zone: taken for { $zone } ({ $offset }). In UTC the last line would be written { $ahead } after the file was.
init-zone-machine = Times carry no zone: taken for { $zone } ({ $offset }), the zone of this machine; nothing in the log says another. If its writer's clock shows another, change `timezone` of the source.
init-ahead = { $count ->
        [one] One event is
       *[other] { $count } events are
    } dated later than now: the writer's clock or zone is wrong. Rules about several events leave such lines out.
init-remark-no-outcome = Of most lines it is not read whether the request succeeded; rules about client data count it as done, refused ones too: describe a format that reads it, or let the application write a status (docs/formats.md).
init-remark-untold = Whether there is client data in it could not be told, so Nabat assumes that there is: until a route touches some of it, `nabat check` and the page say that nobody knows whose data is taken here. Write routes (docs/configuration.md), or a format whose lines say what was requested (docs/formats.md); only if there is no client data, set `client_data: false`.
init-remark-no-paths = No line holds a path or a known action: routes have to be written by hand (`when`, docs/formats.md).

# On the terminal.
init-looking = Looking at { $files ->
        [one] one file
       *[other] { $files } files
    } …
init-source = { $number }. { $name }: { $pattern }
init-source-read = { $lines ->
        [one] one line
       *[other] { $lines } lines
    }{ $part ->
        [all] { "" }
       *[sample] {" "}(a sample: about { $estimate } in all)
    }, { $share } % understood as { $format }; { $first } to { $last }
init-source-unread = { $lines ->
        [one] one line
       *[other] { $lines } lines
    }, { $share } % understood: it is left out
init-damaged = { $file } is damaged: { $why }. The part before that was read.
init-ask-service = Which system is this? [{ $default }]
init-ask-zone = In which zone does its clock run? [{ $default }]
init-bad-zone = There is no time zone { $given }. Write a name like Europe/Berlin.
init-bad-service = A name is letters, digits, blanks and . : / @ -, at most 64 of them.
init-routes = These requests look like client data. They are guesses by words, ids and habits:
init-who = Programs, proxies and networks. These are guesses, too:
init-choice = Enter accepts what is marked. A number turns one on or off, `all`, `none`, `c 2` changes the second:
init-choice-plain = Enter accepts what is marked. A number turns one on or off, `all`, `none`:
init-choice-bad = { $given } is none of these. Press Enter, or write numbers from 1 to { $most }.
init-change-action = What is done: read list search export download print create update delete [{ $default }]
init-change-object = Kind of record: client, account, document … [{ $default }]
init-change-classes = Data classes: identity contact financial health [{ $default }]
init-change-bad = { $given } is none of these.
init-proxy = proxy { $address }: { $count ->
        [one] one request
       *[other] { $count } requests
    } ({ $share } %), { $forwarded } of them for others (X-Forwarded-For)
init-domain = domain { $domain }: { $accounts ->
        [one] one account is
       *[other] { $accounts } accounts are
    } written with it, such as { $example }; { $also } of them also without it or with another
init-network = internal network { $network }: { $count ->
        [one] one request
       *[other] { $count } requests
    }
init-nothing = { $told ->
        [yes] Nothing in these logs looks like client data
       *[no] Which of these lines are about client data could not be told
    }: no route is proposed. { $requests } requests were looked at.
init-skipped = left out: { $what }
init-skipped-static = static files { $count }
init-skipped-health = health checks { $count }
init-skipped-unanswered = never answered { $count }
init-skipped-public = read by search engines, so public { $count }
init-skipped-unknown = nothing says client data { $count }
init-skipped-sign-in-page = sign-in pages { $count }
init-written = { $file } written: { $routes ->
        [one] one route
       *[other] { $routes } routes
    }, { $sources ->
        [one] one source
       *[other] { $sources } sources
    }.
init-replaying = What Nabat would have found in these logs:
init-incident = INCIDENT  { $severity }  { $name }
init-incident-who = who        { $actor } ({ $type }) from { $addresses }
init-incident-what = what       { $title }
init-incident-why = why        { $reason }
init-incident-count = how much   { $clients ->
        [one] one client
       *[other] { $clients } clients
    }, { $events ->
        [one] one request
       *[other] { $events } requests
    }; { $classes }
init-incident-when = when       { $first } to { $last }
init-more = … and { $count } more
init-no-incident = No incident.
init-weaker = { $count ->
    [one] One sign was too weak to open an incident by itself:
   *[other] { $count } signs were too weak to open an incident by themselves; the strongest:
}
init-none = Nothing found.
init-touched = { $touches ->
        [0] None of { $requests } requests touched client data by this map.
        [one] One request of { $requests } touched { $clients ->
            [0] client data without naming a client
            [one] one client
           *[other] { $clients } clients
        } by this map.
       *[other] { $touches } requests of { $requests } touched { $clients ->
            [0] client data without naming a client
            [one] one client
           *[other] { $clients } clients
        } by this map.
    }
init-unmapped = { $count ->
        [one] One kind of request is
       *[other] { $count } kinds of requests are
    } not in the map; the most frequent are in the file as comments.
init-late = { $count } lines came too late for windows; `lateness` of the source would have to be larger.
init-too-large = The logs hold { $size } MB, more than is replayed here. Run it yourself:
init-left-out = warning: { $what }
init-next = Next:
init-next-team = fill in the team and the targets in { $file }
init-next-replay = look at what a replay finds
