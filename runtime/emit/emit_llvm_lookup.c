/* Tables of constants. One value at a time is a load. For vectors the register is the table where
   the target has a permute across the whole of it: a table of several registers takes
   one permute each and chooses by the upper bits of the index. Everything else is a load per lane. */
#include "runtime/emit/emit_llvm_body.h"

#include <assert.h>
#include <string.h>

/* The entries as constants of the register type. */
static int table_entries(const Body *body, const Table *table, LLVMValueRef entry[PROG_TABLE_MAX])
{
    const Type type = (Type)table->type;
    LLVMTypeRef element = body_register_element(body, type);
    for (int i = 0; i < table->count; i++) {
        const uint64_t bits = body->prog->pool[table->first + i];
        if (type == TYPE_F16 || type == TYPE_BF16) {
            entry[i] = LLVMConstReal(element, value_from_bits(type, bits));
            continue;
        }
        LLVMTypeRef integer =
            LLVMIntTypeInContext(body->context, (unsigned)type_info(type)->size * 8);
        entry[i] = LLVMConstBitCast(LLVMConstInt(integer, bits, 0), element);
    }
    return table->count;
}

/* -- by loads ------------------------------------------------------------------ */

static LLVMValueRef table_global(const Body *body, const Table *table)
{
    LLVMValueRef entry[PROG_TABLE_MAX];
    const int n = table_entries(body, table, entry);
    LLVMTypeRef element = body_register_element(body, (Type)table->type);
    LLVMValueRef constant = LLVMConstArray2(element, entry, (uint64_t)n);
    /* One global for all uses: functions of a module often share a Prog. */
    for (LLVMValueRef g = LLVMGetFirstGlobal(body->module); g; g = LLVMGetNextGlobal(g))
        if (LLVMIsGlobalConstant(g) && LLVMGetInitializer(g) == constant &&
            LLVMGetLinkage(g) == LLVMPrivateLinkage)
            return g;
    LLVMValueRef global = LLVMAddGlobal(body->module, LLVMTypeOf(constant), "table");
    LLVMSetInitializer(global, constant);
    LLVMSetGlobalConstant(global, 1);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    LLVMSetUnnamedAddress(global, LLVMGlobalUnnamedAddr);
    LLVMSetAlignment(global, 64);
    return global;
}

static LLVMValueRef load_entry(const Body *body, const Table *table, LLVMValueRef global,
                               LLVMValueRef index)
{
    LLVMTypeRef element = body_register_element(body, (Type)table->type);
    index = LLVMBuildZExt(body->builder, index, LLVMInt64TypeInContext(body->context), "");
    LLVMValueRef place = LLVMBuildInBoundsGEP2(body->builder, element, global, &index, 1, "");
    return LLVMBuildLoad2(body->builder, element, place, "");
}

static LLVMValueRef lookup_by_loads(const Body *body, const Table *table, LLVMValueRef index)
{
    LLVMValueRef global = table_global(body, table);
    if (body->lanes == 1) return load_entry(body, table, global, index);
    LLVMTypeRef type = body_wide(body, body_register_element(body, (Type)table->type));
    LLVMTypeRef i32 = LLVMInt32TypeInContext(body->context);
    LLVMValueRef result = LLVMGetPoison(type);
    for (int lane = 0; lane < body->lanes; lane++) {
        LLVMValueRef at = LLVMConstInt(i32, (uint64_t)lane, 0);
        LLVMValueRef one = LLVMBuildExtractElement(body->builder, index, at, "");
        one = load_entry(body, table, global, one);
        result = LLVMBuildInsertElement(body->builder, result, one, at, "");
    }
    return result;
}

/* -- by permutes ----------------------------------------------------------------- */

/* A permute of the target: result lane i is table lane index[i], the index taken
   modulo the entries. Without a permute of 64-bit entries (AVX2) each entry is two of 32 bits. */
typedef struct {
    const char *name;
    bool is_float;
    int register_bits, entry_bits;
    int n_tables;     /* 1: (table, index); 2: (low half, index, high half) */
    int most_entries; /* beyond this, loads are no slower */
    bool halves;      /* entries of 64 bits looked up as pairs of 32 */
} Permute;

static const Permute PERMUTES[] = {
    {"llvm.x86.avx512.vpermi2var.ps.512", true, 512, 32, 2, 64, false},
    {"llvm.x86.avx512.vpermi2var.d.512", false, 512, 32, 2, 64, false},
    {"llvm.x86.avx512.vpermi2var.pd.512", true, 512, 64, 2, 64, false},
    {"llvm.x86.avx512.vpermi2var.q.512", false, 512, 64, 2, 64, false},
    {"llvm.x86.avx2.permps", true, 256, 32, 1, 32, false},
    {"llvm.x86.avx2.permd", false, 256, 32, 1, 32, false},
    {"llvm.x86.avx2.permps", true, 256, 64, 1, 16, true},
    {"llvm.x86.avx2.permps", false, 256, 64, 1, 16, true},
};

static const Permute *find_permute(const Body *body, const Table *table)
{
    const Target *target = body->options->target;
    const Type type = (Type)table->type;
    if (strcmp(target->arch, "x86_64") != 0 || type == TYPE_I16) return NULL;
    const int entry_bits = type == TYPE_F64 || type == TYPE_I64 ? 64 : 32;
    for (size_t i = 0; i < sizeof PERMUTES / sizeof PERMUTES[0]; i++) {
        const Permute *p = &PERMUTES[i];
        if (p->register_bits == target->lanes * 32 && p->entry_bits == entry_bits &&
            p->is_float == type_is_float(type) && table->count <= p->most_entries &&
            body->lanes * entry_bits >= p->register_bits)
            return p;
    }
    return NULL;
}

/* Table entries [first, first + lanes) as one register; a short table repeats. */
static LLVMValueRef table_register(const LLVMValueRef *entry, int count, int first, int lanes)
{
    LLVMValueRef lane[16];
    assert(lanes <= 16);
    for (int i = 0; i < lanes; i++) lane[i] = entry[(first + i) % count];
    return LLVMConstVector(lane, (unsigned)lanes);
}

/* AVX2's <8 x float> permute on 64-bit entries: entry k is the pair of lanes 2k and 2k+1. */
static LLVMValueRef permute_pairs(const Body *body, const Permute *p, LLVMValueRef table,
                                  LLVMValueRef index)
{
    LLVMBuilderRef b = body->builder;
    LLVMTypeRef i64s = LLVMTypeOf(index), result_type = LLVMTypeOf(table);
    LLVMTypeRef floats = LLVMVectorType(LLVMFloatTypeInContext(body->context), 8);
    LLVMTypeRef ints = LLVMVectorType(LLVMInt32TypeInContext(body->context), 8);
    Body quarter = *body;
    quarter.lanes = 4;
    LLVMValueRef low = LLVMBuildShl(b, index, body_int(&quarter, i64s, 1), "");
    LLVMValueRef high = LLVMBuildShl(b, index, body_int(&quarter, i64s, 33), "");
    LLVMValueRef both = LLVMBuildOr(b, low, high, "");
    both = LLVMBuildOr(b, both, body_int(&quarter, i64s, (uint64_t)1 << 32), "");
    LLVMValueRef args[2] = {LLVMBuildBitCast(b, table, floats, ""),
                            LLVMBuildBitCast(b, both, ints, "")};
    LLVMValueRef found = body_intrinsic(body, p->name, NULL, 0, args, 2);
    return LLVMBuildBitCast(b, found, result_type, "");
}

/* One register of indices (of the entries' width; within the table where entries are looked up as pairs). */
static LLVMValueRef permute_register(const Body *body, const Permute *p, const LLVMValueRef *entry,
                                     int count, LLVMValueRef index)
{
    enum { PIECES_MAX = 8 };
    LLVMBuilderRef b = body->builder;
    LLVMTypeRef index_type = LLVMTypeOf(index);
    const int lanes = p->register_bits / p->entry_bits, reach = lanes * p->n_tables;
    Body part = *body;
    part.lanes = lanes;
    LLVMValueRef piece[PIECES_MAX];
    int n = 0;
    for (int first = 0; first < count; first += reach) {
        assert(n < PIECES_MAX);
        LLVMValueRef low = table_register(entry, count, first, lanes);
        if (p->halves) {
            piece[n++] = permute_pairs(body, p, low, index);
        } else if (p->n_tables == 1) {
            LLVMValueRef args[2] = {low, index};
            piece[n++] = body_intrinsic(body, p->name, NULL, 0, args, 2);
        } else {
            LLVMValueRef args[3] = {low, index, table_register(entry, count, first + lanes, lanes)};
            piece[n++] = body_intrinsic(body, p->name, NULL, 0, args, 3);
        }
    }
    /* Choose between neighbours by one bit of the index after the other. */
    for (int bit = reach; n > 1; bit *= 2) {
        LLVMValueRef is_upper =
            LLVMBuildAnd(b, index, body_int(&part, index_type, (uint64_t)bit), "");
        is_upper = LLVMBuildICmp(b, LLVMIntNE, is_upper, body_int(&part, index_type, 0), "");
        for (int i = 0; i < n / 2; i++)
            piece[i] = LLVMBuildSelect(b, is_upper, piece[2 * i + 1], piece[2 * i], "");
        n /= 2;
    }
    return piece[0];
}

/* Lanes [first, first + n) of a vector. */
LLVMValueRef body_take_lanes(const Body *body, LLVMValueRef vector, int first, int n)
{
    LLVMValueRef lane[64];
    LLVMTypeRef i32 = LLVMInt32TypeInContext(body->context);
    for (int i = 0; i < n; i++) lane[i] = LLVMConstInt(i32, (uint64_t)(first + i), 0);
    return LLVMBuildShuffleVector(body->builder, vector, LLVMGetPoison(LLVMTypeOf(vector)),
                                  LLVMConstVector(lane, (unsigned)n), "");
}

LLVMValueRef body_join(const Body *body, LLVMValueRef low, LLVMValueRef high, int lanes_each)
{
    LLVMValueRef lane[64];
    LLVMTypeRef i32 = LLVMInt32TypeInContext(body->context);
    for (int i = 0; i < 2 * lanes_each; i++) lane[i] = LLVMConstInt(i32, (uint64_t)i, 0);
    return LLVMBuildShuffleVector(body->builder, low, high,
                                  LLVMConstVector(lane, (unsigned)(2 * lanes_each)), "");
}

/* A vector of several registers is looked up by halves. */
static LLVMValueRef permute_lanes(const Body *body, const Permute *p, const LLVMValueRef *entry,
                                  int count, LLVMValueRef index, int lanes)
{
    if (lanes * p->entry_bits == p->register_bits)
        return permute_register(body, p, entry, count, index);
    const int half = lanes / 2;
    LLVMValueRef low = body_take_lanes(body, index, 0, half),
                 high = body_take_lanes(body, index, half, half);
    return body_join(body, permute_lanes(body, p, entry, count, low, half),
                     permute_lanes(body, p, entry, count, high, half), half);
}

static LLVMValueRef lookup_by_permutes(const Body *body, const Permute *p, const Table *table,
                                       LLVMValueRef index)
{
    LLVMValueRef entry[PROG_TABLE_MAX];
    const int count = table_entries(body, table, entry);
    LLVMTypeRef integer = LLVMIntTypeInContext(body->context, (unsigned)p->entry_bits);
    index = LLVMBuildIntCast2(body->builder, index, body_wide(body, integer), 0, "");
    return permute_lanes(body, p, entry, count, index, body->lanes);
}

/* A table of one entry is a constant. */
static LLVMValueRef only_entry(const Body *body, const Table *table)
{
    LLVMValueRef entry[PROG_TABLE_MAX], lane[64];
    table_entries(body, table, entry);
    for (int i = 0; i < body->lanes; i++) lane[i] = entry[0];
    return body->lanes == 1 ? entry[0] : LLVMConstVector(lane, (unsigned)body->lanes);
}

LLVMValueRef body_lookup(const Body *body, const Table *table, LLVMValueRef index)
{
    if (table->count == 1) return only_entry(body, table);
    const Permute *permute = body->lanes > 1 ? find_permute(body, table) : NULL;
    /* A permute does not look at the upper bits. */
    if (permute && !permute->halves) return lookup_by_permutes(body, permute, table, index);
    LLVMTypeRef type = LLVMTypeOf(index);
    index =
        LLVMBuildAnd(body->builder, index, body_int(body, type, (uint64_t)table->count - 1u), "");
    if (permute) return lookup_by_permutes(body, permute, table, index);
    return lookup_by_loads(body, table, index);
}
