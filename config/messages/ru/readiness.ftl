# Готовность компании: баллы, чего не хватает, как исправить
readiness-title = Готовность на { $day }
readiness-answer = { $count ->
    [0] { $score } из 100. Из того, что здесь проверяется, всё в порядке.
   *[other] { $score } из 100. Дороже всего обходится: { $what }.
}
readiness-before = { $score } на { $day }
readiness-unchecked = не проверялось
readiness-nobody = никто не назначен
readiness-unsaid = не указано
readiness-unmeasured = за последние 7 дней не измерено
readiness-never-answered = ни разу не подтверждено
readiness-area-plan = План
readiness-area-roster = Состав
readiness-area-channels = Каналы связи
readiness-area-drills = Учения
readiness-area-training = Обучение
readiness-area-texts = Шаблоны
readiness-area-data-map = Карта данных
readiness-plan-none = План реагирования не сохранён
readiness-fix-plan-none = Сохраните его, и пусть другой человек его согласует: nabat documents add company plan.md --kind plan --title "План реагирования"
readiness-plan-unapproved = Ни одну версию плана не согласовал второй человек
readiness-fix-plan-unapproved = План согласует не автор: на его странице или командой nabat documents approve
readiness-plan-newer = Версия { $count } плана ждёт согласования; действует версия { $whole }
readiness-fix-plan-newer = Последнюю версию согласует не её автор
readiness-plan-review-late = Пересмотр плана просрочен: { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
readiness-fix-plan-review-late = Согласуйте новую версию плана или запишите пересмотр: nabat standing done plan_review
readiness-plan-review-unkept = Срок пересмотра плана здесь не ведётся
readiness-fix-plan-review-unkept = Задайте standing.plan_review.every
readiness-roster-none = Вызвать некого: кризисная группа пуста
readiness-fix-roster-none = Укажите людей, каналы и роли в разделе team
readiness-role-empty = Ролей, которые никто не исполняет: { $count } из { $whole }
readiness-fix-role-empty = Назначьте человека на каждую в team.roles
readiness-role-alone = Ролей без запасного: { $count } из { $whole }
readiness-fix-role-alone = Назначьте на каждую второго человека в team.roles
readiness-one-way = Людей с единственным каналом связи: { $count } из { $whole }
readiness-fix-one-way = Дайте каждому второй канал: team.people[].targets
readiness-roster-check-late = Проверка состава просрочена: { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
readiness-fix-roster-check-late = Проверьте состав и запишите: nabat standing done roster_check
readiness-roster-check-unkept = Срок проверки состава здесь не ведётся
readiness-fix-roster-check-unkept = Задайте standing.roster_check.every
readiness-channels-unkept = Каналы связи не проверяются
readiness-fix-channels-unkept = Задайте preparation.channel_test.every
readiness-channels-none = Каналов связи нет
readiness-fix-channels-none = Укажите их в notify.targets и team.people
readiness-channels-never = Каналов, ни разу не подтверждённых: { $count } из { $whole }
readiness-fix-channels-never = Отправьте проверку (nabat readiness test-channels); каждый нажимает ссылку в сообщении
readiness-channels-stale = Каналов, давно не подтверждённых: { $count } из { $whole }
readiness-fix-channels-stale = Спросите этих людей, пришло ли сообщение, и исправьте каналы
readiness-drill-none = За год ни одни учения не доведены до конца
readiness-fix-drill-none = Проведите учения: nabat drill run canary
readiness-drill-at-table = За год ни одни учения никого не вызывали: все проведены за столом
readiness-fix-drill-at-table = Проведите учения через службу: nabat drill run canary
readiness-drill-unanswered = На вызов последних учений никто не ответил
readiness-fix-drill-unanswered = Прочитайте отчёт о них, устраните причину и проведите учения снова
readiness-drill-late = Учения просрочены: { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
readiness-fix-drill-late = Проведите учения: nabat drill run
readiness-drill-unkept = Срок учений здесь не ведётся
readiness-fix-drill-unkept = Задайте standing.drill.every
readiness-training-unkept = Реестр обучения не ведётся
readiness-fix-training-unkept = Укажите файл CSV: preparation.training.register_file
readiness-training-unread = Реестр обучения не читается
readiness-fix-training-unread = В каких строках ошибки, скажет nabat check
readiness-training-empty = Реестр обучения пуст
readiness-fix-training-empty = Внесите по строке на каждого
readiness-training-late = Людей с просроченным обучением: { $count } из { $whole }
readiness-fix-training-late = Какой курс, скажет nabat training list --late; внесите в реестр, когда он пройден
readiness-training-newcomer = Новичков, не обученных в срок: { $count } из { $whole }
readiness-fix-training-newcomer = Обучите их и внесите в реестр
readiness-training-unlisted = Людей кризисной группы, которых нет в реестре: { $count } из { $whole }
readiness-fix-training-unlisted = Внесите их под именами из team.people
readiness-texts-never = Проверка шаблонов не записана
readiness-fix-texts-never = Прочитайте их и запишите: nabat standing done template_review
readiness-texts-changed = Шаблонов, изменённых после последней проверки: { $count } из { $whole }
readiness-fix-texts-changed = Прочитайте их и запишите: nabat standing done template_review
readiness-template-review-late = Проверка шаблонов просрочена: { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
readiness-fix-template-review-late = Прочитайте их и запишите: nabat standing done template_review
readiness-template-review-unkept = Срок проверки шаблонов здесь не ведётся
readiness-fix-template-review-unkept = Задайте standing.template_review.every
readiness-sources-none = Ни один источник не наблюдается
readiness-fix-sources-none = Укажите журналы в разделе sources
readiness-service-unseen = Что видит служба, неизвестно: она не работает или только что запущена
readiness-fix-service-unseen = Запустите её; почему не запускается, скажет nabat check
readiness-blind-spots = Служба сообщает о слепых пятнах: { $count }
readiness-fix-blind-spots = Что делать с каждой, сказано на странице источников
readiness-source-unmapped = Источников с данными клиентов, в маршрутах которых не назван ни один класс данных: { $count } из { $whole }
readiness-fix-source-unmapped = Опишите маршруты в records.routes или укажите client_data: false, где таких данных нет
readiness-source-unmeasured = Источников, охват которых не измерен: { $count } из { $whole }
readiness-fix-source-unmeasured = Охват измеряется, когда приходят запросы; проверьте, пишутся ли эти журналы
readiness-source-uncovered = Источников, где маршруты называют меньше 95 % запросов: { $count } из { $whole }
readiness-fix-source-uncovered = Запросы без маршрута перечислены на странице источников
readiness-source-unsaid = Источников, о которых не указано, кто за них отвечает или сколько они хранятся: { $count } из { $whole }
readiness-fix-source-unsaid = Задайте sources[].owner и sources[].retention
readiness-class-unsaid = Классов данных, срок хранения которых не указан: { $count } из { $whole }
readiness-fix-class-unsaid = Задайте records.data_classes.*.retention
readiness-data-map-late = Сверка карты данных просрочена: { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
readiness-fix-data-map-late = Прочитайте её (nabat readiness map), исправьте неверное и запишите: nabat standing done data_map
readiness-data-map-unkept = Срок сверки карты данных здесь не ведётся
readiness-fix-data-map-unkept = Задайте standing.data_map.every
readiness-plan-missing = План реагирования не сохранён.
readiness-plan-filed = { $document }: версия { $version } ждёт согласования вторым человеком.
readiness-plan-agreed = { $document }: версия { $version }, согласовано: { $person }, { $day }.
readiness-plan-review = Следующий пересмотр: { $day }.
readiness-plan-owner = За него отвечает: { $person }.
readiness-training = Обучены в срок: { $fit } из { $people }; просрочено у { $late }, из них новичков: { $new }; скоро срок у { $soon }; людей кризисной группы нет в реестре: { $unlisted }.
readiness-texts-unreviewed = Проверка шаблонов (их { $whole }) не записана.
readiness-texts = Шаблонов, не изменившихся после последней проверки: { $same } из { $whole }.
training-state-in-date = в срок
training-state-soon = скоро срок
training-state-overdue = просрочено
training-state-never = ни разу
training-state-newcomer = новичок, срок не вышел
training-state-newcomer-late = новичок, просрочено
notify-channel-title = { $organization }: проверка канала связи
notify-channel = { $organization } проверяет, доходят ли до вас сообщения через { $target }. Ничего не случилось.
notify-channel-link = Подтвердите, что сообщение пришло: { $link }
notify-channels-title = Проверку каналов не подтвердили: { $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[many] { $count } человек
}
notify-channels = Проверка каналов связи:
notify-owed-channel-test = { $late ->
    [late] с { $time } не подтверждает, что сообщение пришло: { $who } ({ $title })
   *[due] до { $time } подтверждает, что сообщение пришло: { $who } ({ $title })
}
notify-readiness-title = Готовность: { $score } из 100
notify-readiness = { $before ->
    [-1] Готовность компании – { $score } из 100 баллов. Чего не хватает и как исправить, сказано на странице.
   *[other] Готовность компании – { $score } из 100 баллов; месяц назад было { $before }. Чего не хватает и как исправить, сказано на странице.
}
web-owed-channel-test = { $who }: не подтверждено, что проверочное сообщение пришло ({ $title })
web-nav-readiness = Готовность
web-readiness-title = Готовность
web-readiness-costs = На что уходят баллы
web-readiness-nothing = Всё в порядке.
web-readiness-was = { $score } на { $day }
web-readiness-report = Отчёт
web-readiness-roster = Состав
web-readiness-channels = Каналы связи
web-readiness-channels-hint = Каждый подтверждает по ссылке в сообщении, что оно пришло. То, что канал его принял, ничего не доказывает.
web-readiness-channels-off = Каналы связи не проверяются (preparation.channel_test.every).
web-readiness-test = Отправить проверку всем сейчас
web-readiness-tested = Проверка отправляется.
web-readiness-drills = Учения за год
web-readiness-no-drills = Ни одни не доведены до конца.
web-readiness-plan = План
web-readiness-training = Обучение
web-readiness-late = У кого просрочено
web-readiness-texts = Шаблоны
web-readiness-map = Карта данных
web-readiness-map-hint = По настройкам и по тому, что прочитано за последние 7 дней. Кто к чему обращался, хранится { $span }.
web-readiness-mend = Как исправить
web-readiness-value = Готовность, { $score } из 100
web-col-first = Основной
web-col-backup = Запасные
web-col-target = Канал
web-col-confirmed-at = Подтверждено
web-col-answer = Ответ через
web-col-steps-done = Шагов выполнено
web-col-course = Курс
web-col-state = Состояние
web-col-classes = Классы данных
web-col-coverage = Охват
web-col-retention = Хранится
web-col-answers = Кто отвечает
web-channel-title = Проверка канала связи
web-channel-asks = Это сообщение пришло через { $target }, и его читает { $person }.
web-channel-press = Сообщение пришло
web-channel-thanks = Спасибо: записано, что сообщение через { $target } пришло.
web-channel-nothing = Ничего не случилось, больше делать ничего не нужно.
web-col-points = Баллы
web-channel-bad = Ничего не записано. Со следующей проверкой придёт новая ссылка.
web-problem-link-other = Эта ссылка отправлена другому человеку. Выйдите или дайте нажать ему.
web-problem-channel-gone = Такой проверки больше нет. Дождитесь следующей.
web-problem-channel-again = Проверка отправлена в { $moment }. Подождите десять минут.
web-problem-channel-none = Ни у кого в группе нет канала связи.
web-problem-channel-off = Ответить некому: страницы выключены.
training-overdue = { $count ->
    [one] обучение { $count } человека
   *[other] обучение { $count } человек
}
notify-owed-training = просрочено с { $time }: { $title } (nabat training list --late)
web-owed-training = просрочено: { $title }
