# Учения: что говорится, когда они начинаются, спрашивают и кончаются, и отчёт о них.
drill-word = Учения
drill-mark = УЧЕНИЯ
drill-document-mark = УЧЕНИЯ: ничего из этого не произошло. Никому не отправлять.

drill-ended-finished = Учения { $number } окончены.
drill-ended-stopped = Учения { $number } остановил { $by }: { $reason }.
drill-ended-interrupted = Учения { $number } уступили место настоящему инциденту.

drill-waited-too-long = Служба не работала, когда учения назначили.
drill-given-up = Учения не могли продолжаться; причина — в журнале службы.

drill-told-finished-title = { drill-mark } { $number } окончены
drill-told-finished = { drill-mark } { $number } «{ $title }» окончены. Спасибо. Отчёт: nabat drill report { $number }
drill-told-stopped-title = { drill-mark } { $number } остановлены
drill-told-stopped = { drill-mark } { $number } «{ $title }» остановил { $by }: { $reason }. По ним больше ничего делать не надо.
drill-told-interrupted-title = { drill-mark } { $number } прерваны: открыт настоящий инцидент
drill-told-interrupted = { drill-mark } { $number } «{ $title }» прерваны: открылся настоящий инцидент, и теперь важен только он. По учениям больше ничего делать не надо.

drill-inject-title = { drill-mark } { $number }, вопрос { $inject }
drill-inject = { drill-mark } { $number } «{ $title }», вопрос { $inject }. Ничего из этого не произошло.
drill-inject-question = Вопрос: { $question }
drill-inject-answer = Ответьте вместе; кто ведёт протокол, записывает ответ: nabat drill answer { $inject } --text "..."

drill-status-asked = назначены
drill-status-running = идут
drill-status-finished = окончены
drill-status-stopped = остановлены
drill-status-interrupted = прерваны
drill-mode-live = через службу
drill-mode-table-top = за столом

drill-report-title = { drill-mark } { $number }: { $title }
drill-report-scenario = Сценарий
drill-report-mode = Как проведены
drill-report-asked = Назначил
drill-report-began = Начало
drill-report-ended = Конец
drill-report-status = Состояние
drill-report-measures = Время
drill-report-measure = Что
drill-report-took = Сколько
drill-report-page = От первой строки или звонка до первого вызова
drill-report-answer = От первого вызова до «Беру»
drill-report-notice = От первой строки или звонка до первого черновика уведомления
drill-report-steps = Шаги
drill-report-steps-of = со сроком сделано { $done } из { $steps }, с опозданием { $late }
drill-report-never = не было
drill-report-none = –
drill-report-gaps = Пробелы
drill-report-no-gaps = Нет: всё сделано в срок.
drill-report-gap-no-incident = Инцидент не открылся: действующие правила такого не находят.
drill-report-gap-no-page = Никого не вызвали.
drill-report-gap-no-answer = Никто не сказал «Беру».
drill-report-gap-slow-answer = Ответ пришёл через { $took }; следующая ступень вызова была через { $rung }.
drill-report-gap-no-notice = Черновика уведомления нет.
drill-report-gap-late = { $step } { $title }: срок { $due }, сделано на { $late } позже.
drill-report-gap-open = { $step } { $title }: срок { $due }, к концу учений не сделано.
drill-report-gap-inject = Вопрос { $inject } остался без ответа.
drill-report-checklist = Шаги и их сроки
drill-report-col-step = Шаг
drill-report-col-due = Срок
drill-report-col-done = Сделано
drill-report-col-by = Кто
drill-report-injects = Вопросы и ответы
drill-report-no-answer = ответа нет
drill-report-earlier = Эти учения и прежние
drill-report-earlier-axis = учения
drill-report-earlier-seconds = секунды
drill-report-series-page = до вызова
drill-report-series-answer = до ответа
drill-report-col-drill = Учения
drill-report-actions = Что исправить
drill-report-actions-hint = Заполните и подшейте отчёт: nabat drill report { $number } --file
drill-report-col-action = Мера
drill-report-col-owner = Кто отвечает
drill-report-col-until = Срок
drill-report-not-over = Учения ещё идут: здесь время на этот момент.
