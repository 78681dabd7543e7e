# Почему обращались к данным клиентов (detector.schema.events.touches).

touches-unexplained = { NUMBER($clients) } { $clients ->
    [one] клиент
    [few] клиента
   *[many] клиентов
}; из них { $unexplained ->
    [0] нет таких, с кем не работали ни он сам, ни его коллеги
    [one] { NUMBER($unexplained) } — с кем не работали ни он сам, ни его коллеги
    [few] { NUMBER($unexplained) } — с кем не работали ни он сам, ни его коллеги
   *[many] { NUMBER($unexplained) } — с кем не работали ни он сам, ни его коллеги
}
touches-unknown = Чем объясняются обращения к этим клиентам, сказать нельзя: логи слишком новые, или это ещё не посчитано
touches-counted = Известно ещё не всё: события учитываются по порядку времени, пока — те, что были до { $upto }.
touches-counted-late = Служба ждёт источник { $source }: его строки могут прийти с опозданием до { $span }.
touches-counted-unread = Служба ждёт источник { $source }: прочитаны ещё не все его строки.
touches-counted-due = К { $time } станет известно, чем объясняются последние обращения.
touches-usual-own = обычно таких { $share } из того, что он открывает
touches-usual-role = в его роли { $share }
touches-usual-role-alone = обычно таких { $share } из того, что открывают в его роли
touches-usual-work = Не учтено: обычная работа тех же учётных записей за это время коснулась { $clients ->
    [0] только тех же клиентов
    [one] ещё { NUMBER($clients) } клиента
    [few] ещё { NUMBER($clients) } клиентов
   *[many] ещё { NUMBER($clients) } клиентов
}{ $unexplained ->
    [0] {""}
   *[other] ; из них ничем не объясняется: { NUMBER($unexplained) }
}{ $untold ->
    [0] {""}
   *[other] ; из них ещё не разобрано: { NUMBER($untold) } — чем объясняются обращения, неизвестно, они могут относиться к делу
}
touches-usual-hint = Эти клиенты не входят ни в числа выше, ни в список для уведомлений и писем. Просмотрите их, прежде чем писать: nabat scope { $number } --usual usual.csv
touches-col-class = Чем объясняется

touch-class-own = Работал с клиентом раньше, или это его клиент
touch-class-follow-up = Продолжал с карточкой или выбрал её из списка
touch-class-list = Показан в списке или следующий по порядку
touch-class-team = С клиентом работали коллеги, или это клиент команды
touch-class-unexplained = Ничем
touch-class-unknown = Сказать нельзя

touch-reason-dealt-before = работал с клиентом раньше
touch-reason-same-card = только что открывал ту же карточку
touch-reason-from-list = её только что показал список
touch-reason-listed = показан списком или поиском
touch-reason-neighbour = только что открывал соседний номер
touch-reason-colleagues = с клиентом работали коллеги
touch-reason-nobody = с клиентом не работали ни он сам, ни коллеги
touch-reason-too-early = судить рано: лог слишком новый
touch-reason-no-actor = лог никого не называет
touch-reason-portfolio = по данным компании, это его клиент
touch-reason-team-portfolio = по данным компании, это клиент его команды
touch-reason-untold = причина не сохранена: ещё не посчитано, или строка пришла слишком поздно
