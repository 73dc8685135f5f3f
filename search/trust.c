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

static const Trust *find(const TrustList *list, uint64_t form)
{
    for (int i = 0; i < list->n; i++)
        if (list->item[i].form == form) return &list->item[i];
    return NULL;
}

Trust trust_look_up(const TrustList *list, const Prog *prog)
{
    const uint64_t form = form_of(prog);
    const Trust *known = find(list, form);
    return known ? *known : (Trust){.form = form, .optimism = 1};
}

Trust *trust_of(TrustList *list, const Prog *prog)
{
    const Trust trust = trust_look_up(list, prog);
    const Trust *known = find(list, trust.form);
    if (known) return &list->item[known - list->item];
    list->item = xrealloc(list->item, (size_t)(list->n + 1) * sizeof *list->item);
    list->item[list->n] = trust;
    return &list->item[list->n++];
}

void trust_list_release(TrustList *list)
{
    free(list->item);
    *list = (TrustList){0};
}
