#include "search/trust.h"

#include "runtime/base/err.h"

#include <stdlib.h>

static uint64_t hash_word(uint64_t hash, uint64_t word) { return (hash ^ word) * 0x100000001b3u; }

/* Of operators and what they are applied to. */
static uint64_t form_of(const Prog *prog)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        hash = hash_word(hash, (uint64_t)node->op << 8 | node->type);
        for (int k = 0; k < OP_ARITY_MAX; k++) hash = hash_word(hash, node->arg[k]);
    }
    return hash;
}

/* Its place in the list; -1 if it is new. */
static int find(const TrustList *list, uint64_t form)
{
    for (int i = 0; i < list->n; i++)
        if (list->item[i].form == form) return i;
    return -1;
}

static Trust new_one(uint64_t form) { return (Trust){.form = form, .optimism = 1}; }

Trust trust_look_up(const TrustList *list, const Prog *prog)
{
    const uint64_t form = form_of(prog);
    const int known = find(list, form);
    return known >= 0 ? list->item[known] : new_one(form);
}

Trust *trust_of(TrustList *list, const Prog *prog)
{
    const uint64_t form = form_of(prog);
    const int known = find(list, form);
    if (known >= 0) return &list->item[known];
    list->item = xrealloc(list->item, (size_t)(list->n + 1) * sizeof *list->item);
    list->item[list->n] = new_one(form);
    return &list->item[list->n++];
}

void trust_list_release(TrustList *list)
{
    free(list->item);
    *list = (TrustList){0};
}
