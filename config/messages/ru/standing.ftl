# Что повторяется по календарю
standing-plan-review = Пересмотр плана реагирования
standing-roster-check = Проверка состава
standing-drill = Учения
standing-training = Обучение сотрудников
standing-template-review = Проверка шаблонов
standing-data-map = Сверка карты данных
standing-document = { $what } { $day }
notify-standing-title = { $count ->
    [one] По календарю: { $count } дело за вами
    [few] По календарю: { $count } дела за вами
   *[many] По календарю: { $count } дел за вами
}
notify-standing = По календарю:
notify-owed-standing = { $late ->
    [late] ПРОСРОЧЕНО с { $time }: { $title } (nabat standing done { $what })
   *[due] до { $time }: { $title } (nabat standing done { $what })
}
web-owed-standing = { $title }
web-standing-head = По календарю
web-standing-hint = Это стоит в списке дел за две недели до срока и до тех пор, пока не записано, что сделано и с каким итогом.
web-standing-none = Ничего: в настройках ничего такого нет (standing).
web-standing-never = не записано ни разу
web-standing-done = Записать, что сделано
web-standing-body = Что сделано, кем, с каким итогом (Markdown)
web-standing-at = Когда сделано ({ $zone }); пусто: сейчас
web-col-done-last = Сделано
web-missing-standing = Выберите, что сделано.
web-problem-standing = { $name } не входит в календарь.
