# Incidents: titles, timeline, refusals. No client data, ever.

incident-actor = { $type ->
    [human] an employee account
    [service] a service account
    [admin] an administrator
    [anonymous] somebody not signed in
   *[unknown] an unknown account
}
incident-actor-address = an outside address
incident-actor-session = an anonymous session
incident-title-client-data = { $service ->
    [none] Client data taken by { $actor }
   *[other] Client data taken by { $actor } in { $service }
}
incident-title-web-attack = { $service ->
    [none] Web attack by { $actor }
   *[other] Web attack by { $actor } on { $service }
}
incident-title-storm = Storm: more alerts than people can read
incident-title-other = { $service ->
    [none] { $matter }: suspicious activity by { $actor }
   *[other] { $matter }: suspicious activity by { $actor } in { $service }
}

incident-entry-opened = Incident opened from { $alerts ->
    [one] one alert
   *[other] { $alerts } alerts
}, severity { $severity }.
incident-entry-extended = { $alerts ->
    [one] One more alert
   *[other] { $alerts } more alerts
} joined.
incident-entry-severity = Severity raised from { $old } to { $new }.
incident-outsider = { $name } (not of the team)
incident-entry-acknowledged = Acknowledged by { $by } via { $via }.
incident-entry-step-done = { $step } done: { $proof }
incident-entry-step-skipped = { $step } skipped: { $reason }
incident-entry-step-reopened = { $step } opened again: { $reason }
incident-entry-aware = T1 set to { $at }: { $reason }
incident-entry-status = Status { $old } → { $new }: { $reason }
incident-entry-scope = Scope computed: { $subjects ->
    [0] no client known by id
    [one] one client
   *[other] { $subjects } clients
}, { $low ->
    [one] at least one record
   *[other] at least { $low } records
}, at most { $high }.
incident-entry-closed = Closed as { $reason }: { $note }

incident-proof-opened = Opened by Nabat: { $alerts ->
    [one] one alert
   *[other] { $alerts } alerts
}, T0 frozen at { $at }.
incident-proof-acknowledged = Acknowledged via { $via }.
incident-proof-aware = T1 is { $at }: { $reason }
incident-proof-closed = Closed as { $reason }: { $note }
incident-proof-dropped = Not needed: closed as { $reason }.
incident-proof-approved = { $proof } (approved by { $approver })

incident-severity-low = low
incident-severity-medium = medium
incident-severity-high = high
incident-severity-critical = critical

incident-via-cli = command line
incident-via-link = link
incident-via-page = page

incident-reason-again = new alerts came after it was resolved.
