# Документы: виды, действия с ними и их страницы
document-kind-notice = уведомление
document-kind-letter = письмо
document-kind-withdrawal = отзыв
document-kind-faq = ответы для горячей линии
document-kind-report = отчёт
document-kind-review = разбор
document-kind-drill-record = протокол учений
document-kind-training-record = протокол обучения
document-kind-plan = план реагирования
document-act-approved = согласовано
document-act-sent = отправлено
document-act-receipt = квитанция
incident-entry-document-added = Сохранён документ { $document }: { $title } ({ $kind ->
    [notice] уведомление
    [letter] письмо
    [faq] ответы для горячей линии
    [report] отчёт
    [review] разбор
    [drill_record] протокол учений
    [plan] план реагирования
    [withdrawal] отзыв
   *[training_record] протокол обучения
}), версия 1, SHA-256 { $hash }
incident-entry-document-revised = Документ { $document }: сохранена версия { $version }: { $note }. SHA-256 { $hash }
incident-entry-document-approved = Документ { $document }: версия { $version } согласована. SHA-256 { $hash }
incident-entry-document-sent = Документ { $document }: версия { $version } отправлена: { $to }, { $at }. SHA-256 { $hash }
incident-entry-document-receipt = Квитанция по документу { $document }, версия { $version }: { $number }.{ $reason ->
    [none] {""}
   *[other] {" "}Исправление: { $reason }
}
incident-entry-document-read = Прочитан документ { $document }, версия { $version }, в котором названы клиенты
web-entry-document-added = документ
web-entry-document-revised = новая версия
web-entry-document-approved = документ согласован
web-entry-document-sent = документ отправлен
web-entry-document-receipt = квитанция
web-entry-document-read = документ прочитан
web-nav-documents = Документы
web-documents = Документы
web-documents-none = Ничего не сохранено.
web-documents-hint = Файлы сохраняют, а письма с именами клиентов читают в командной строке: nabat documents add { $number } FILE
web-documents-all-hint = Документы компании и новейших инцидентов, которые вам видны.
web-documents-more = Более старые: nabat documents list
web-col-document = Документ
web-col-version = Версия
web-col-kind = Вид
web-document-waits = ждёт согласия второго человека
web-document-letters = согласовано; какие письма ушли — в разделе писем
web-document-approved = согласовано, не отправлено
web-document-filed = сохранено
web-document-sent-to = отправлено: { $to }, квитанции нет
web-document-receipt = квитанция { $number }
web-document-add = Сохранить документ
web-document-title = Название
web-document-language = Язык (две буквы)
web-document-duty = Обязанность, которую он исполнит, когда будет квитанция
web-document-no-duty = никакая
web-document-body = Текст (Markdown)
web-document-two = Каждую версию согласует второй человек (для уведомлений и писем — всегда)
web-document-clients = В нём названы клиенты: читает только тот, кому видны номера клиентов (для писем — всегда)
web-document-file = Сохранить
web-document-of = Инцидент
web-document-for-duty = Исполнит обязанность { $duty }, когда будет квитанция.
web-document-versions = Версии
web-document-typed = внёс { $by }
web-document-download = файл
web-document-altered = Текст не тот, что был сохранён: его изменили в базе. Смотрите: nabat verify
web-document-names-clients = В нём названы клиенты, и чтение записывается: nabat documents show { $document }
web-document-text = Текст версии { $version }
web-document-cut = Показано только начало; весь текст — в файле.
web-document-difference = Что изменилось с версии { $version }
web-document-approve = Согласовать версию { $version }
web-document-sent = Версия { $version } отправлена
web-document-to = Кому и как
web-document-sent-at = Когда отправлено ({ $zone }); пусто: сейчас
web-document-sent-keep = Отправлено
web-document-receipt-came = Пришла квитанция
web-document-receipt-at = Когда пришла ({ $zone }); пусто: сейчас
web-document-receipt-keep = Сохранить квитанцию
web-document-revise = Сохранить новую версию
web-document-changed = Что изменилось
web-missing-body = Текст пуст.
web-missing-title = Дайте название.
web-missing-document-kind = Выберите вид документа.
web-missing-changed = Скажите, что изменилось.
web-missing-sent-to = Скажите, кому отправлено.
web-problem-document-none = Документа { $document } нет.
web-problem-document-same = В версии { $version } сказано то же самое: сохранять нечего.
web-problem-document-newest = Версия { $version } не последняя: прочтите и согласуйте последнюю.
web-problem-document-own = Версию { $version } составил(а) { $person }: это не второе слово. Согласовать должен другой человек.
web-problem-document-again = Вы уже согласовали версию { $version }.
web-problem-document-several = «{ $version }» может быть версией нескольких документов: напишите какого, например d1 v2.
web-problem-document-not-filed = Версии «{ $version }» нет ни у одного документа инцидента. Сначала добавьте отправленное или оставьте поле пустым.
web-problem-document-gate = Версию { $version } перед отправкой должен согласовать второй человек.
web-problem-document-withdrawn = Версия { $version } говорит то, что отозвано { $at }, и не говорит, что отзыв больше не действует. Составьте уведомление заново.
web-problem-document-before = Версия { $version } согласована { $agreed }, позже указанной отправки. Укажите, когда она отправлена.
web-problem-document-unsent = Не записано, что документ отправлен: сначала запишите, кому и когда.
web-problem-document-receipt = По версии { $version } уже есть квитанция. Скажите, почему она исправляется.
web-problem-document-receipt-early = Квитанция раньше отправки, { $sent }.
web-problem-document-future = { $moment } ещё не наступило.
web-problem-document-early = { $moment } больше чем за { $days } дней до первого события: проверьте год и месяц.
web-problem-document-language = { $language } — не язык: напишите две буквы (en, ru, fr).
chain-document-body = документ { $document }, версия { $version }: текста нет, или он не тот, что был сохранён

# Реестр нарушений
register-facts = известно с { $known }, осведомлены { $aware }, причина: { $cause }
register-effects = { $people ->
    [none] о затронутых людях неизвестно, не больше { NUMBER($high) }
    [exact] людей: { NUMBER($high) }
   *[between] людей: от { NUMBER($low) } до { NUMBER($high) }
}; { $classes }; тяжесть: { $severity }
register-of-others = кроме них { NUMBER($count) } { $count ->
    [one] клиент
    [few] клиента
   *[many] клиентов
} компаний, по поручению которых мы обрабатываем данные
register-informed = уведомлено лично: { NUMBER($informed) }; публично: { NUMBER($public) }; не сообщаем: { NUMBER($over) }; без письма: { NUMBER($without) }
register-no-breach = утечки не было: закрыт ({ $reason ->
    [false_positive] ложное срабатывание
    [authorised] согласованная работа
   *[duplicate] повтор
}), { $time }; остаётся здесь, потому что об этом сообщили другим
register-decided = решено { $time }: { $reason }
register-due = срок { $due }

web-document-check = Что показала проверка этой версии
web-document-check-hint = Сверено с тем, что установлено в деле сейчас. Названное можно исправить следующей версией. Кто всё же соглашается или отправляет то, что противоречит делу (красным), пишет почему, и это сохраняется.
web-document-why-approved = Почему согласовано, хотя противоречит делу ({ $count })
web-document-why-sent = Почему отправлено, хотя противоречит делу ({ $count })
web-problem-document-contradicts = Версия { $version } противоречит делу ({ $count }): исправьте её или напишите, почему она всё же идёт дальше.
incident-entry-document-approved-all-the-same = Документ { $document }: версия { $version } согласована, хотя проверка нашла противоречия с делом ({ $count }): { $reason }. SHA-256 { $hash }
incident-entry-document-sent-all-the-same = Документ { $document }: версия { $version } отправлена: { $to }, { $at }, хотя проверка нашла противоречия с делом ({ $count }): { $reason }. SHA-256 { $hash }

letterhead-inn = ИНН { $number }
letterhead-registration = рег. № { $number }
