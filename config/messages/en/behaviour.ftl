# Reasons of the behaviour model. $value: what was seen; $minutes: the window; $low, $high: the middle eighty per cent of the
# account's own past windows; $peer: what nine of ten windows of its role stay below.
behaviour-span = { $minutes ->
        [60] in an hour
        [one] in one minute
       *[other] in { $minutes } minutes
    }
behaviour-usual = usual for this account { $low }–{ $high }, for its role up to { $peer }
behaviour-usual-new = this account has no history yet; usual for its role up to { $peer }
behaviour-combination = the combination of volume, breadth, time and place is rare, though each alone is not

behaviour-events = touched client data { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual }
behaviour-events-new = touched client data { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual-new }
behaviour-records = got { $value ->
        [one] one record
       *[other] { $value } records
    } { behaviour-span }; { behaviour-usual }
behaviour-records-new = got { $value ->
        [one] one record
       *[other] { $value } records
    } { behaviour-span }; { behaviour-usual-new }
behaviour-exports = exported, downloaded or printed { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual }
behaviour-exports-new = exported, downloaded or printed { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual-new }
behaviour-bytes = took { $value } kB of client data { behaviour-span }; { behaviour-usual }
behaviour-bytes-new = took { $value } kB of client data { behaviour-span }; { behaviour-usual-new }
behaviour-failures = was refused { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual }
behaviour-failures-new = was refused { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual-new }
behaviour-searches = searched or listed clients { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual }
behaviour-searches-new = searched or listed clients { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual-new }
behaviour-documents = opened { $value ->
        [one] one document
       *[other] { $value } documents
    } { behaviour-span }; { behaviour-usual }
behaviour-documents-new = opened { $value ->
        [one] one document
       *[other] { $value } documents
    } { behaviour-span }; { behaviour-usual-new }
behaviour-sensitive = touched sensitive data worth { $value ->
        [one] one point
       *[other] { $value } points
    } { behaviour-span }; { behaviour-usual }
behaviour-sensitive-new = touched sensitive data worth { $value ->
        [one] one point
       *[other] { $value } points
    } { behaviour-span }; { behaviour-usual-new }
behaviour-night = touched client data { $value ->
        [one] once
       *[other] { $value } times
    } at night or at the weekend, { behaviour-span }; { behaviour-usual }
behaviour-night-new = touched client data { $value ->
        [one] once
       *[other] { $value } times
    } at night or at the weekend, { behaviour-span }; { behaviour-usual-new }
behaviour-novel = read { $value ->
        [one] one client
       *[other] { $value } clients
    } it had never touched before, { behaviour-span }; { behaviour-usual }
behaviour-novel-new = read { $value ->
        [one] one client
       *[other] { $value } clients
    } it had never touched before, { behaviour-span }; { behaviour-usual-new }
behaviour-strange = read { $value ->
        [one] one client
       *[other] { $value } clients
    } nobody of its role had ever touched, { behaviour-span }; { behaviour-usual }
behaviour-strange-new = read { $value ->
        [one] one client
       *[other] { $value } clients
    } nobody of its role had ever touched, { behaviour-span }; { behaviour-usual-new }
behaviour-new_addresses = came from { $value ->
        [one] one address
       *[other] { $value } addresses
    } never seen for this account, { behaviour-span }; { behaviour-usual }
behaviour-new_addresses-new = came from { $value ->
        [one] one address
       *[other] { $value } addresses
    } never seen for this account, { behaviour-span }; { behaviour-usual-new }
behaviour-subjects = read { $value ->
        [one] one client
       *[other] { $value } clients
    } { behaviour-span }; { behaviour-usual }
behaviour-subjects-new = read { $value ->
        [one] one client
       *[other] { $value } clients
    } { behaviour-span }; { behaviour-usual-new }
behaviour-addresses = came from { $value ->
        [one] one address
       *[other] { $value } different addresses
    } { behaviour-span }; { behaviour-usual }
behaviour-addresses-new = came from { $value ->
        [one] one address
       *[other] { $value } different addresses
    } { behaviour-span }; { behaviour-usual-new }
