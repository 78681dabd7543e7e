# Документы дела, сличённые между собой и с установленным, и как они написаны.
check-place = { $document } v{ $version }
check-line = { $place }, строка { $line }
check-not-counted = число не установлено
check-confirmed = подтверждено человеком, с { $time }
check-cause = установленная причина: { $cause }
check-no-moment = об этом ничего не записано
check-data = { $touched ->
    [yes] { $title }: затронуты
   *[no] { $title }: не затронуты, насколько установлено
}
check-authority = { $told ->
    [yes] орган уведомлён
   *[no] ничто не показывает, что орган уведомлён
}
check-people = { $told ->
    [yes] людям, которых это касается, сообщено
   *[no] ничто не показывает, что людям, которых это касается, сообщено
}
check-contradicts = { $place }: написано «{ $said }»; сейчас: { $now }
check-others = иначе: { $places }
check-phrase = «{ $said }»: { $reason };
check-leaves-out = { $place }: называет затронутые данные, но не все; нет: { $titles }
check-wording = { $place }: «{ $said }»: { $reason }
check-instead = лучше: { $instead }
check-sent = отправлено { $time }, { $to }: следующее сообщение должно это исправить
check-unread-form = { $place } не прочитан: { $media }. Сохраните его текст как Markdown, текст или HTML, чтобы он проверялся
check-unread-language = { $place } не прочитан: нет образцов для языка { $language }
check-unread-long = { $place } не прочитан: длиннее { NUMBER($limit) } знаков
check-a-client = (не показано: документ называет клиентов)
