# Documents of a case held against each other and against what is established, and how they are worded.
check-place = { $document } v{ $version }
check-line = { $place }, line { $line }
check-not-counted = no number is established
check-confirmed = confirmed by a person since { $time }
check-cause = stated as the cause: { $cause }
check-no-moment = nothing is recorded of that
check-data = { $touched ->
    [yes] { $title }: concerned
   *[no] { $title }: not concerned, as far as is established
}
check-authority = { $told ->
    [yes] an authority was told
   *[no] nothing shows that an authority was told
}
check-people = { $told ->
    [yes] the people concerned were told
   *[no] nothing shows that the people concerned were told
}
check-contradicts = { $place }: says “{ $said }”; now: { $now }
check-others = otherwise: { $places }
check-phrase = “{ $said }”: { $reason };
check-leaves-out = { $place }: names data concerned, and leaves out: { $titles }
check-wording = { $place }: “{ $said }”: { $reason }
check-instead = instead: { $instead }
check-sent = sent { $time } to { $to }: what follows has to put it right
check-unread-form = { $place } is not read: { $media }. File its text as Markdown, text or HTML to have it checked
check-unread-language = { $place } is not read: no patterns for { $language }
check-unread-long = { $place } is not read: longer than { NUMBER($limit) } characters
check-a-client = (left out: the document names clients)
