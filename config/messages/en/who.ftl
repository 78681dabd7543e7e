# What `nabat who` says.

who-nobody = nobody touched { $clients ->
    [one] this client
   *[other] all { NUMBER($clients) } of these clients
} since { $since }
who-clients = { $unexplained } of { $clients } clients unexplained
who-own = { $share } of what it opens is so
who-role = { $share } in its role
who-from = from { $addresses }
who-no-actor = nobody is named
who-chance = probability under honest work at most { $chance }
who-sample = { $known } of { $size } clients of the sample were touched since { $since }, of { $clients } clients in all, by { $actors } accounts and addresses in all
who-fit = holds { $held } of { $size } ({ $share }), of { $book } clients it touched
who-fit-window = { $held } of the sample among { $clients } clients; in common { $jaccard }
who-fit-unexplained = { $count ->
    [0] each of these touches is explained, or it was not looked for
    [one] of one nothing explains it
   *[other] of { $count } nothing explains it
}
who-fit-others = { $count ->
    [one] and one more touched a client of the sample
   *[other] and { $count } more touched a client of the sample
}
who-sample-unknown = nobody touched any of them: is it the right column, and are these ids as the logs write them?
who-unnamed = { $count ->
    [one] took as much at once, { $most } records, and the line names no client: nothing can be said of it
   *[other] { $count } times took as much at once, up to { $most } records, and no line names a client: nothing can be said of it
}
