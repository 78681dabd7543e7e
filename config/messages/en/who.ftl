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
