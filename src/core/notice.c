// SPDX-License-Identifier: MIT
#include "core/notice.h"

#include <stdlib.h>

#include "base/memory.h"

static int compare_notices(const void *left, const void *right) {
    const struct notice *a = left;
    const struct notice *b = right;
    if (a->due_ms != b->due_ms) {
        return a->due_ms < b->due_ms ? -1 : 1;
    }
    if (a->session != b->session) {
        return a->session < b->session ? -1 : 1;
    }
    return (int)a->kind - (int)b->kind;
}

static struct notice *add_session(const struct notice_rules *rules,
                                  const struct session *session, struct notice *end) {
    for (size_t i = 0; i < rules->before_count; i++) {
        *end++ = (struct notice){session, NOTICE_BEFORE, rules->before_ms[i],
                                 session->start_ms - rules->before_ms[i]};
    }
    if (rules->at_start) {
        *end++ = (struct notice){session, NOTICE_START, 0, session->start_ms};
    }
    for (size_t i = 0; i < rules->before_end_count; i++) {
        int64_t due_ms = session->end_ms - rules->before_end_ms[i];
        if (due_ms > session->start_ms) {
            *end++ = (struct notice){session, NOTICE_BEFORE_END,
                                     rules->before_end_ms[i], due_ms};
        }
    }
    return end;
}

struct notice *notice_plan(const struct workshop *workshop, size_t *count) {
    const struct notice_rules *rules = &workshop->notices;
    const struct agenda *agenda = &workshop->agenda;
    size_t per_session = rules->before_count + rules->before_end_count + 1;
    struct notice *plan = mem_alloc(agenda->session_count * per_session, sizeof *plan);
    struct notice *end = plan;
    for (size_t i = 0; i < agenda->session_count; i++) {
        if (!agenda->sessions[i].cancelled) {
            end = add_session(rules, &agenda->sessions[i], end);
        }
    }
    *count = (size_t)(end - plan);
    if (*count > 1) {
        qsort(plan, *count, sizeof *plan, compare_notices);
    }
    return plan;
}
