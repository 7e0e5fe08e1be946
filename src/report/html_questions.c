/* report/html_questions.c: "What people ask": every question with its answer, or what is
 * missing. */
#include "report/html_page.h"
#include "report/questions.h"

void gw_page_questions(gw_page *p) {
    gw_arena *arena = gw_arena_create(0);
    if (arena == NULL) {
        gw_out_of_memory(sizeof(gw_arena *));
    }
    gw_answers answers = gw_questions_work(p->r, arena);
    int n_open = 0;
    for (int i = 0; i < answers.n; i++) {
        n_open += answers.at[i].text[0] == '\0';
    }
    gw_page_note(
        p, "Numbers are those of the ranked list of questions (docs/questions.md). Medians with "
           "P10 and P90 in brackets unless the base case is named; what-ifs are the base case "
           "with one change.");
    for (int i = 0; i < answers.n; i++) {
        const gw_answer *a = &answers.at[i];
        if (a->text[0] == '\0') {
            continue;
        }
        gw_page_heading(p, 3, NULL, "%d. %s", a->number, a->question);
        gw_page_para(p, "%s", a->text);
        gw_buf_add(p->out, "<p class=\"small\">");
        if (a->missing != NULL) {
            gw_buf_add(p->out, "For more: ");
            gw_buf_add_html(p->out, a->missing);
            gw_buf_addc(p->out, ' ');
        }
        gw_buf_printf(p->out, "Detail: <a href=\"#%s\">", a->where);
        gw_buf_add_html(p->out, a->where_title);
        gw_buf_add(p->out, "</a></p>\n");
    }
    if (n_open > 0) {
        gw_page_table_begin(p, "Not answered by this scenario", "=No.|Question|What is missing");
        for (int i = 0; i < answers.n; i++) {
            const gw_answer *a = &answers.at[i];
            if (a->text[0] == '\0') {
                gw_page_row_begin(p);
                gw_page_cellf(p, "%d", a->number);
                gw_page_cell(p, a->question);
                gw_page_cell(p, a->missing);
                gw_page_row_end(p);
            }
        }
        gw_page_table_end(p);
    }
    gw_arena_free(arena);
}
