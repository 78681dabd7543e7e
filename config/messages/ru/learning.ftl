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
web-actions-hint = Что сделать, чтобы это не повторилось, кто отвечает и к какому сроку. Ответственному напоминают, пока мера не выполнена, в том числе после закрытия дела. Пишите без имён клиентов.
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

# Разбор дела
review-title = Разбор инцидента { $number }
review-draft-note = составлено по тому, что известно
review-in-time = { $all ->
    [0] Ни одного шага со сроком ещё не сделано.
   *[other] В срок: { $count } из { $all } сделанных шагов, у которых был срок.
}
review-first-event = Первое событие
review-people = Затронуто людей
review-records = Записей
review-classes = Какие данные
review-not-done = не сделано
review-question-weak-spot = Почему это стало возможным: какое слабое место?
review-question-prevented = Почему ничто этому не помешало?
review-question-sooner = Почему не заметили раньше?
review-question-persons = Что зависело от людей и что их к этому привело (без имён)?
review-question-helped = Что помогло?
review-question-hindered = Что мешало?
review-question-luck = Где просто повезло?
review-question-consequences = Что это значит для бизнеса?
hypothesis-holds = Подтверждена
hypothesis-refuted = Опровергнута
hypothesis-open = Открыта
incident-proof-reviewed = { $document }, версия { $version }, согласие дал { $by }
incident-entry-investigation-hypothesis = Гипотеза { $about }: { $text }
incident-entry-investigation-for = За гипотезу { $about }: { $text }
incident-entry-investigation-against = Против гипотезы { $about }: { $text }
incident-entry-investigation-holds = Гипотеза { $about } подтверждена: { $text }
incident-entry-investigation-refuted = Гипотеза { $about } опровергнута: { $text }
incident-entry-investigation-open = Гипотеза { $about } открыта: { $text }
incident-entry-investigation-answer = Разбор, { $about }: { $text }
web-entry-investigation-hypothesis = гипотеза
web-entry-investigation-for = за гипотезу
web-entry-investigation-against = против гипотезы
web-entry-investigation-holds = гипотеза подтверждена
web-entry-investigation-refuted = гипотеза опровергнута
web-entry-investigation-open = гипотеза открыта
web-entry-investigation-answer = ответ разбора

# Во что обошлось дело
cost-kind-work = Работа своих людей
cost-kind-experts = Внешние эксперты
cost-kind-telling = Уведомление клиентов
cost-kind-downtime = Простой
cost-kind-damages = Возмещение вреда
cost-kind-fine = Штраф
cost-kind-other = Прочее
cost-removed = отозвано, { $by }: { $why }
cost-sum = Расходы на сегодня: { $parts } = { $sum }{ $estimated ->
    [none] {""}
   *[other] , из них по оценке { $estimated }
}
cost-budgets = Бюджет мер: { $sum }
cost-churn = Возможный уход клиентов: { $people } чел. × { $percent } % × { $value } = { $sums } (долю и ценность клиента считает сама компания)
cost-no-churn = Возможный уход клиентов: не посчитан (нужны consequences.client_value, consequences.churn_percent и число затронутых людей)
cost-not-advice = Штрафы названы по числам самих законов; сколько назначат, решает суд. Подтвердите у юриста.
fine-tier-reached = { $identifiers ->
    [0] не более { $people } чел.; порог: { $subjects }
   *[other] не более { $people } чел.; порог: { $subjects } чел. или { $identifiers } идентификаторов
}
fine-turnover = большее из двух: { $fixed } { $currency } или { $percent } % от { $turnover } { $currency } = { $share } { $currency }; не более { $most } { $currency }
fine-turnover-unknown = большее из двух: { $fixed } { $currency } или { $percent } % оборота, который не указан (consequences.turnover)
fine-turnover-other = большее из двух: { $fixed } { $currency } или { $percent } % от { $turnover }, это другая валюта
incident-entry-cost-added = Расход { $number } ({ $kind }): { $amount }, { $text }
incident-entry-cost-removed = Расход { $number } ({ $kind }, { $amount }) отозван: { $text }
web-entry-cost-added = расход
web-entry-cost-removed = расход отозван

# Отчёт за год
year-title = Отчёт за { $year } год
year-summary = { $cases ->
    [0] Дел не было. Ложных и согласованных: { $wrong }.
    [one] { $cases } дело; с данными клиентов: { $breaches }, затронуто людей: { $people }. Кроме того, ложных и согласованных: { $wrong }.
    [few] { $cases } дела; с данными клиентов: { $breaches }, затронуто людей: { $people }. Кроме того, ложных и согласованных: { $wrong }.
   *[many] { $cases } дел; с данными клиентов: { $breaches }, затронуто людей: { $people }. Кроме того, ложных и согласованных: { $wrong }.
}
year-withdrawn = Из них о стольких успели сообщить другим как о нарушении: { $told }; отозвано ещё не всё: { $left }.
year-cases = Дела
year-all = Все
year-grave = Высокие и критические
year-breaches = С данными клиентов
year-people = Затронуто людей, не более
year-missed = Пропущено сроков
year-duties = Обязанности по законам: исполнено { $sent }, с опозданием или пропущено { $late }, не возникло { $not_owed }.
year-drills = Учения: { $count }.
year-drills-median = Учения: { $count }; ответ через { $span } (медиана).
year-actions = Меры: { $all }; выполнено { $done }, открыто { $open } (из них просрочено { $late }), снято { $dropped }.
year-cost = Расходы на дела, как внесены: { $sums }
year-budget = Бюджет мер: { $sums }
year-times = Медиана часов до обнаружения и до ответа
year-hours = часы
year-month = Месяц
year-picture-cases = Дела по месяцам. { $months }.
year-picture-times = Медиана часов по месяцам. { $months }.
