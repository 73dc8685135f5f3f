// The shim between LLVM's pass manager, which is C++, and the passes, which are C (stages.h). Nothing is decided here.
#include "passes/shim.h"
#include "passes/stages.h"

#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

#include <memory>
#include <string>

using namespace llvm;

static cl::opt<std::string> Words("approx", cl::desc("What approxcc may do with math calls"),
                                  cl::value_desc("words"));

// -- what the passes ask for -------------------------------------------------------------

void shim_remark(RemarkKind kind, LLVMValueRef instruction, const RemarkPart *part, int n)
{
    auto *I = cast<Instruction>(unwrap(instruction));
    OptimizationRemarkEmitter ORE(I->getFunction());
    auto add = [&](DiagnosticInfoOptimizationBase &R) {
        for (int i = 0; i < n; i++)
            if (part[i].key)
                R.insert(ore::NV(part[i].key, StringRef(part[i].value)));
            else
                R.insert(StringRef(part[i].value));
    };
    switch (kind) {
    case REMARK_REPLACED: {
        OptimizationRemark R("approx", "Replaced", I);
        add(R);
        return ORE.emit(R);
    }
    case REMARK_MISSED: {
        OptimizationRemarkMissed R("approx", "Missed", I);
        add(R);
        return ORE.emit(R);
    }
    case REMARK_ANALYSIS: {
        OptimizationRemarkAnalysis R("approx", "Analysis", I);
        add(R);
        return ORE.emit(R);
    }
    }
}

void shim_error(LLVMModuleRef module, const char *text)
{
    unwrap(module)->getContext().emitError(text);
}

// A warning of ours: clang shows it in the group -Wbackend-plugin.
class Warning : public DiagnosticInfo
{
    const char *const Text;

  public:
    explicit Warning(const char *Text)
        : DiagnosticInfo(getNextAvailablePluginDiagnosticKind(), DS_Warning), Text(Text)
    {
    }
    void print(DiagnosticPrinter &Printer) const override { Printer << Text; }
};

void shim_warning(LLVMModuleRef module, const char *text)
{
    unwrap(module)->getContext().diagnose(Warning(text));
}

bool shim_has_features(const char *triple, const char *cpu, const char *features, const char *needs)
{
    // Making one takes a million instructions, and the functions of a module mostly ask for the same.
    struct Asked {
        std::string Triple, CPU, Features;
        std::unique_ptr<MCSubtargetInfo> Info;
    };
    static thread_local Asked Last;
    if (!Last.Info || Last.Triple != triple || Last.CPU != cpu || Last.Features != features) {
        std::string Why;
        const Target *T = TargetRegistry::lookupTarget(triple, Why);
        if (!T) return false;
        Last = {triple, cpu, features, nullptr};
        Last.Info.reset(T->createMCSubtargetInfo(triple, cpu, features));
    }
    return Last.Info && Last.Info->checkFeatures(needs);
}

// Loops and conditions are looked at for single integers only.
static ConstantRange integerRange(FunctionAnalysisManager &FAM, Value *V, Instruction *At,
                                  bool IsSigned)
{
    Function &F = *At->getFunction();
    if (!V->getType()->isIntegerTy()) return computeConstantRange(V, IsSigned);
    auto &SE = FAM.getResult<ScalarEvolutionAnalysis>(F);
    const SCEV *S = SE.getSCEV(V);
    return FAM.getResult<LazyValueAnalysis>(F)
        .getConstantRange(V, At, /*UndefAllowed=*/false)
        .intersectWith(IsSigned ? SE.getSignedRange(S) : SE.getUnsignedRange(S),
                       IsSigned ? ConstantRange::Signed : ConstantRange::Unsigned);
}

void shim_integer_range(Analyses *analyses, LLVMValueRef value, LLVMValueRef at, bool is_signed,
                        double *lo, double *hi)
{
    auto *FAM = reinterpret_cast<FunctionAnalysisManager *>(analyses);
    ConstantRange R = integerRange(*FAM, unwrap(value), unwrap<Instruction>(at), is_signed);
    if (R.isEmptySet()) return; // never reached
    *lo = (is_signed ? R.getSignedMin() : R.getUnsignedMin()).roundToDouble(is_signed);
    *hi = (is_signed ? R.getSignedMax() : R.getUnsignedMax()).roundToDouble(is_signed);
}

void shim_hint_interleaving(LLVMValueRef function,
                            unsigned (*count)(void *context, const LLVMBasicBlockRef *block,
                                              size_t n),
                            void *context)
{
    static const char Hint[] = "llvm.loop.interleave.count";
    DominatorTree DT(*unwrap<Function>(function));
    LoopInfo LI(DT);
    for (Loop *L : LI.getLoopsInPreorder()) {
        if (!L->isInnermost() || findStringMetadataForLoop(L, Hint)) continue;
        SmallVector<LLVMBasicBlockRef, 16> Blocks;
        for (BasicBlock *B : L->blocks()) Blocks.push_back(wrap(B));
        const unsigned N = count(context, Blocks.data(), Blocks.size());
        if (N > 0) addStringMetadataToLoop(L, Hint, N);
    }
}

// -- the passes -----------------------------------------------------------------------------

namespace
{

struct Annotate : PassInfoMixin<Annotate> {
    PreservedAnalyses run(Module &M, ModuleAnalysisManager &)
    {
        return stage_annotate(wrap(&M)) ? PreservedAnalyses::none() : PreservedAnalyses::all();
    }
};

struct Replace : PassInfoMixin<Replace> {
    std::string Parameters;
    bool IsByName;
    Replace(std::string Parameters, bool IsByName)
        : Parameters(std::move(Parameters)), IsByName(IsByName)
    {
    }
    PreservedAnalyses run(Module &M, ModuleAnalysisManager &AM)
    {
        const std::string All = Words + ";" + Parameters;
        auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
        const StageOptions Options = {All.c_str(), reinterpret_cast<Analyses *>(&FAM), IsByName};
        return stage_replace(wrap(&M), &Options) ? PreservedAnalyses::none()
                                                 : PreservedAnalyses::all();
    }
};

struct Define : PassInfoMixin<Define> {
    bool KeepsForms;
    explicit Define(bool KeepsForms) : KeepsForms(KeepsForms) {}
    PreservedAnalyses run(Module &M, ModuleAnalysisManager &AM)
    {
        const bool Keeps = KeepsForms || stage_is_before_thin_link(wrap(&M));
        if (!stage_define(wrap(&M), Keeps)) return PreservedAnalyses::all();
        if (!Keeps) {
            AM.invalidate(M, PreservedAnalyses::none());
            AlwaysInlinerPass(/*InsertLifetime=*/false).run(M, AM);
            stage_sweep(wrap(&M));
        }
        return PreservedAnalyses::none();
    }
};

// "approx-math<max-ulp=1>": is it this pass, and with which parameters?
bool takeName(StringRef Name, StringRef Pass, std::string &Parameters)
{
    if (!Name.consume_front(Pass)) return false;
    if (Name.empty()) return true;
    if (!Name.consume_front("<") || !Name.consume_back(">")) return false;
    Parameters = Name.str();
    return true;
}

bool parse(StringRef Name, ModulePassManager &MPM, ArrayRef<PassBuilder::PipelineElement>)
{
    std::string Parameters;
    if (Name == "approx-annotate") {
        MPM.addPass(Annotate());
    } else if (takeName(Name, "approx-math", Parameters)) {
        MPM.addPass(Replace(Parameters, true));
        MPM.addPass(Define(true));
    } else if (Name == "approx-inline") {
        MPM.addPass(Define(false));
    } else if (takeName(Name, "approx", Parameters)) {
        MPM.addPass(Annotate());
        MPM.addPass(Replace(Parameters, true));
        MPM.addPass(Define(false));
    } else {
        return false;
    }
    return true;
}

void registerPasses(PassBuilder &PB)
{
    PB.registerPipelineParsingCallback(parse);
    PB.registerPipelineStartEPCallback(
        [](ModulePassManager &MPM, OptimizationLevel) { MPM.addPass(Annotate()); });
    PB.registerOptimizerEarlyEPCallback(
        [](ModulePassManager &MPM, OptimizationLevel) { MPM.addPass(Replace("", false)); });
    PB.registerOptimizerLastEPCallback(
        [](ModulePassManager &MPM, OptimizationLevel) { MPM.addPass(Define(false)); });
}

} // namespace

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo llvmGetPassPluginInfo()
{
    return {LLVM_PLUGIN_API_VERSION, "approx", APPROX_VERSION, registerPasses};
}
