# Меры, которые следуют из дела
cli-label-action = мера
action-state-open = открыта
action-state-done = выполнена
action-state-dropped = снята
incident-entry-action-added = Мера { $number }, отвечает { $owner }, срок { $due }: { $text }
incident-entry-action-changed = Мера { $number } изменена; теперь отвечает { $owner }, срок { $due }: { $text }
incident-entry-action-done = Мера { $number } выполнена: { $text }
incident-entry-action-dropped = Мера { $number } снята: { $text }
web-entry-action-added = мера
web-entry-action-changed = мера изменена
web-entry-action-done = мера выполнена
web-entry-action-dropped = мера снята
web-owed-action = мера { $what }
notify-owed-action = { $late ->
    [late] ПРОСРОЧЕНО с { $time }: мера { $what } по этому делу; список: nabat actions list
   *[due] до { $time }: мера { $what } по этому делу; список: nabat actions list
}
web-actions = Меры
web-actions-hint = Что сделать, чтобы это не повторилось; добавляют и отмечают в командной строке: nabat actions add { $number }
web-col-action = Мера
web-action-effect = Помогло, если: { $text }
web-action-seen = Эффект: { $text }
web-action-late = просрочена

# Сколько заняло дело
times-detect = Обнаружено через (MTTD)
times-acknowledge = Подтверждено через (MTTA)
times-contain = Остановлено через (MTTC)
times-recover = Разрешено через (MTTR)
times-none = неизвестно
times-median = медиана { $median }, дольше всего { $longest }; { $count ->
    [one] { $count } дело
    [few] { $count } дела
   *[many] { $count } дел
}
times-missed = { $name }: срок { $due }, сделано на { $late } позже
times-missed-open = { $name }: срок { $due }, не сделано, опоздание { $late }
