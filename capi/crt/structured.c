/* Structured exceptions: the frames of __try, whom a fault or RaiseException asks.

     __try { … } __except (filter) { … }

       _seh_enter ─▶ 0: the block          registers are kept in the frame, the frame in a chain
                  ─▶ 1: the filter         run by the dispatcher, below whatever has failed
                  ─▶ 2: the handler        everything below the frame is gone

   A filter runs in its function, whose registers are put back, but with the stack pointer of the
   dispatcher: so that nothing of what has failed is lost before somebody wants it to be. The same
   is done for a block behind __finally. That the function finds its variables by a frame pointer,
   and has them all in memory, is the compiler driver's part: such functions are not optimised. */
#include "crt.h"
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unwind.h>

struct record {
    unsigned code, flags;
    struct record *nested;
    void *address;
    unsigned parameters;
    uintptr_t information[15];
};
struct pointers {
    struct record *record;
    void *context;
};

/* excpt.h's winsock_frame. */
struct frame {
    struct pointers *pointers;
    unsigned code;
    int is_last; /* __finally */
    struct frame *next;
    struct dispatch *dispatch; /* when it was entered, with what depth */
    long depth;
    void *back;          /* the dispatcher's stack pointer */
    void *registers[24]; /* where to go, with what stack pointer, and what a function keeps */
};

/* One exception while its filters run. */
struct dispatch {
    struct dispatch *outer;
    struct frame *first; /* the innermost frame when it was raised */
    struct frame *asked; /* whose filter runs: what this raises is for the frames behind it */
};

/* The thread's own. */
static __thread struct {
    struct frame *top;
    struct dispatch *dispatch;
    long depth; /* faults within faults */
    int is_ready, is_last_resort;
    char *stack_end; /* the lowest address */
    void **recovery; /* while the stack is looked at */
} own __attribute__((tls_model("initial-exec")));

enum { BLOCK, FILTER, HANDLER };
#define TEXT(what) #what
#define NUMBER(what) TEXT(what)
#define BACK 40
#define REGISTERS 48
_Static_assert(__builtin_offsetof(struct frame, back) == BACK, "the assembly has it so");
_Static_assert(__builtin_offsetof(struct frame, registers) == REGISTERS, "the assembly has it so");

/* Goes to the frame's function on this stack, a page below; what the block answers. */
int winsock_ask(struct frame *frame, int phase);
/* Goes to the frame's function, and is gone. */
void winsock_execute(struct frame *frame, int phase) __attribute__((noreturn));
/* What _seh_enter goes on with: 0. */
int winsock_entered(struct frame *frame, int is_last);

#define FUNCTION(name) \
    ".text\n.globl " name "\n.hidden " name "\n.type " name ", %function\n.balign 16\n" name ":\n.cfi_startproc\n"
#define END(name) ".cfi_endproc\n.size " name ", . - " name "\n"
#define AT(number) NUMBER(REGISTERS) "+8*" #number
#if defined(__x86_64__)
__asm__(FUNCTION("winsock_crt__seh_enter")
        "movq (%rsp), %rax\n movq %rax, " AT(0) "(%rdi)\n"
        "leaq 8(%rsp), %rax\n movq %rax, " AT(1) "(%rdi)\n"
        "movq %rbx, " AT(2) "(%rdi)\n movq %rbp, " AT(3) "(%rdi)\n"
        "movq %r12, " AT(4) "(%rdi)\n movq %r13, " AT(5) "(%rdi)\n"
        "movq %r14, " AT(6) "(%rdi)\n movq %r15, " AT(7) "(%rdi)\n"
        "stmxcsr " AT(8) "(%rdi)\n fnstcw " AT(9) "(%rdi)\n"
        "jmp winsock_entered\n" END("winsock_crt__seh_enter")
        FUNCTION("winsock_ask")
        "pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
        "movq %rsp, " NUMBER(BACK) "(%rdi)\n"
        "movl %esi, %eax\n"
        "movq " AT(2) "(%rdi), %rbx\n movq " AT(3) "(%rdi), %rbp\n"
        "movq " AT(4) "(%rdi), %r12\n movq " AT(5) "(%rdi), %r13\n"
        "movq " AT(6) "(%rdi), %r14\n movq " AT(7) "(%rdi), %r15\n"
        "leaq -4096(%rsp), %rsp\n andq $-64, %rsp\n"
        "jmpq *" AT(0) "(%rdi)\n" END("winsock_ask")
        FUNCTION("winsock_crt__seh_answer")
        "movq " NUMBER(BACK) "(%rdi), %rsp\n movl %esi, %eax\n"
        "popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n"
        "ret\n" END("winsock_crt__seh_answer")
        FUNCTION("winsock_execute")
        "cld\n movl %esi, %eax\n"
        "ldmxcsr " AT(8) "(%rdi)\n fninit\n fldcw " AT(9) "(%rdi)\n"
        "movq " AT(2) "(%rdi), %rbx\n movq " AT(3) "(%rdi), %rbp\n"
        "movq " AT(4) "(%rdi), %r12\n movq " AT(5) "(%rdi), %r13\n"
        "movq " AT(6) "(%rdi), %r14\n movq " AT(7) "(%rdi), %r15\n"
        "movq " AT(1) "(%rdi), %rsp\n"
        "jmpq *" AT(0) "(%rdi)\n" END("winsock_execute"));
#elif defined(__aarch64__)
#define KEEP(how, at) \
    how " x19, x20, [" at ", #16]\n" how " x21, x22, [" at ", #32]\n" how " x23, x24, [" at ", #48]\n" how \
        " x25, x26, [" at ", #64]\n" how " x27, x28, [" at ", #80]\n" how " x29, x30, [" at ", #96]\n" how \
        " d8, d9, [" at ", #112]\n" how " d10, d11, [" at ", #128]\n" how " d12, d13, [" at ", #144]\n" how \
        " d14, d15, [" at ", #160]\n"
__asm__(FUNCTION("winsock_crt__seh_enter")
        "add x9, x0, #" NUMBER(REGISTERS) "\n mov x10, sp\n stp x30, x10, [x9]\n"
        KEEP("stp", "x9") "b winsock_entered\n" END("winsock_crt__seh_enter")
        FUNCTION("winsock_ask")
        "sub sp, sp, #176\n" KEEP("stp", "sp") "mov x10, sp\n str x10, [x0, #" NUMBER(BACK) "]\n"
        "add x9, x0, #" NUMBER(REGISTERS) "\n" KEEP("ldp", "x9")
        "sub sp, sp, #4096\n ldr x9, [x9]\n mov w0, w1\n br x9\n" END("winsock_ask")
        FUNCTION("winsock_crt__seh_answer")
        "ldr x9, [x0, #" NUMBER(BACK) "]\n mov sp, x9\n mov w0, w1\n" KEEP("ldp", "sp")
        "add sp, sp, #176\n ret\n" END("winsock_crt__seh_answer")
        FUNCTION("winsock_execute")
        "add x9, x0, #" NUMBER(REGISTERS) "\n" KEEP("ldp", "x9")
        "ldp x9, x10, [x9]\n mov sp, x10\n mov w0, w1\n br x9\n" END("winsock_execute"));
#endif

/* Calls a function as if the registers of a context (its gregs) had called it: who walks the stack
   from there comes to what they were. The place there is that to return to, as of any caller. */
void winsock_from_context(void (*function)(void *), void *argument, const void *registers);

/* The registers of who calls, as getcontext tells them. */
__asm__(FUNCTION("winsock_crt_RtlCaptureContext")
#if defined(__x86_64__)
        "jmp getcontext@PLT\n" END("winsock_crt_RtlCaptureContext")
#define EXPRESSION(what) ".cfi_escape " what "\n"
        FUNCTION("winsock_from_context")
        "pushq %rbx\n  movq %rdx, %rbx\n movq %rdi, %rax\n movq %rsi, %rdi\n"
        EXPRESSION("0x0f, 4, 0x73, 0xf8, 0x00, 0x06") /* the stack pointer, at 120 of rbx */
        EXPRESSION("0x10, 3, 3, 0x73, 0xd8, 0x00")    /* rbx */
        EXPRESSION("0x10, 6, 3, 0x73, 0xd0, 0x00")    /* rbp */
        EXPRESSION("0x10, 12, 2, 0x73, 0x20")
        EXPRESSION("0x10, 13, 2, 0x73, 0x28")
        EXPRESSION("0x10, 14, 2, 0x73, 0x30")
        EXPRESSION("0x10, 15, 2, 0x73, 0x38")
        EXPRESSION("0x10, 16, 3, 0x73, 0x80, 0x01") /* where it was */
        "callq *%rax\n popq %rbx\n ret\n" END("winsock_from_context"));
#else
        "b getcontext\n" END("winsock_crt_RtlCaptureContext")
        FUNCTION("winsock_from_context")
        "mov x9, x0\n mov x0, x1\n br x9\n" END("winsock_from_context"));
#endif

/* Whose text the library is, and of that the C runtime's, which holds no lock of the engine. */
extern void winsock_bounds(const char *all[2], const char *runtime[2]);
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));
static const char *library[2], *runtime[2];

static int is_library(uintptr_t at) {
    const char *place = (const char *)at;
    return place >= library[0] && place <= library[1] && !(place >= runtime[0] && place <= runtime[1]);
}

/* The signals go to the frames from now on. fault.rs */
extern void winsock_take_faults(void);

static void prepare_process(void) {
    winsock_bounds(library, runtime);
    if (((uintptr_t)__ehdr_start ^ getauxval(AT_PHDR)) >> 12 != 0) { /* a library of its own */
        library[0] = __ehdr_start;
        library[1] = etext;
    }
    winsock_take_faults();
}

enum { SIGNAL_STACK = 256 * 1024 };
static pthread_key_t signal_stack;

static void free_signal_stack(void *at) {
    if ((uintptr_t)&at - (uintptr_t)at < SIGNAL_STACK)
        return; /* the thread ends on it, in a filter */
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(at, SIGNAL_STACK);
}

static void prepare_processes_key(void) { pthread_key_create(&signal_stack, free_signal_stack); }

/* A stack for what happens when there is none left, until the thread ends. */
void winsock_prepare_thread(void) {
    static pthread_once_t process = PTHREAD_ONCE_INIT, key = PTHREAD_ONCE_INIT;
    own.is_ready = 1;
    pthread_once(&key, prepare_processes_key);
    pthread_once(&process, prepare_process);
    pthread_attr_t attributes;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, (void **)&own.stack_end, &size);
        pthread_attr_destroy(&attributes);
    }
    stack_t now;
    if (sigaltstack(NULL, &now) != 0 || !(now.ss_flags & SS_DISABLE))
        return;
    void *room = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    stack_t fresh = {.ss_sp = room, .ss_size = SIGNAL_STACK};
    if (room != MAP_FAILED && sigaltstack(&fresh, NULL) == 0)
        pthread_setspecific(signal_stack, room);
}

/* Whether a fault at this address, with this stack pointer, means that the stack is used up. */
int winsock_is_overflow(uintptr_t at, uintptr_t stack) {
    uintptr_t end = (uintptr_t)own.stack_end, near = 128 * 1024;
    return end != 0 && at + near > end && at < end + near && stack + near > end && stack < end + near;
}

__attribute__((used)) int winsock_entered(struct frame *frame, int is_last) {
    if (!own.is_ready)
        winsock_prepare_thread();
    /* What lies deeper than this frame was left by a jump. */
    while (own.dispatch == NULL && own.top != NULL && own.top < frame)
        own.top = own.top->next;
    frame->is_last = is_last;
    frame->next = own.top;
    frame->dispatch = own.dispatch;
    frame->depth = own.depth;
    own.top = frame;
    return BLOCK;
}

void _seh_pop(struct frame *const *frame) {
    own.top = (*frame)->next;
    own.dispatch = (*frame)->dispatch;
    own.depth = (*frame)->depth;
}

/* Where the first function of the library lies between what has failed and the frames: whatever
   is behind it is not asked, for nobody else can put the engine's locks in order. */
struct walk {
    uintptr_t begin, last, barrier;
    int has_begun;
};

static _Unwind_Reason_Code step(struct _Unwind_Context *at, void *argument) {
    struct walk *walk = argument;
    uintptr_t place = _Unwind_GetIP(at);
    walk->has_begun |= place == walk->begin;
    if (!walk->has_begun)
        return _URC_NO_REASON;
    if (is_library(place))
        walk->barrier = _Unwind_GetCFA(at);
    return walk->barrier != 0 || _Unwind_GetCFA(at) > walk->last ? _URC_NORMAL_STOP : _URC_NO_REASON;
}

static uintptr_t barrier(uintptr_t begin, const uintptr_t *stack) {
    struct walk walk = {.begin = begin};
    for (struct frame *frame = own.top; frame != NULL; frame = frame->next)
        walk.last = (uintptr_t)frame;
    if (is_library(begin))
        return 1;
    struct walk *volatile told = &walk;
    void *recovery[5];
    own.recovery = recovery;
    if (__builtin_setjmp(recovery) == 0) { /* the stack may be anything */
        _Unwind_Backtrace(step, told);
        /* A call to nowhere: who called? */
        if (!told->has_begun && stack != NULL && is_library(*stack))
            told->barrier = 1;
    }
    own.recovery = NULL;
    return told->barrier;
}

/* A fault while the stack is looked at means that there is no more to see. */
__attribute__((noinline)) static void recover(void) { __builtin_longjmp(own.recovery, 1); }

/* Whether a thread's fault may ask anybody: there is an end to faults within faults. */
int winsock_fault_begins(void) {
    if (own.recovery != NULL)
        recover();
    return ++own.depth <= 16;
}

void winsock_fault_ends(void) { own.depth--; }

/* Whether the unhandled filter is to be asked: once in a thread, until it mends what has failed. */
int winsock_last_resort(int begins) {
    int was = own.is_last_resort;
    own.is_last_resort = begins;
    return !was;
}

static void unwind(struct frame *target, struct dispatch *pending) __attribute__((noreturn));

static void unwind(struct frame *target, struct dispatch *pending) {
    for (;;) {
        own.dispatch = pending;
        if (pending != NULL && own.top == pending->asked->next) {
            /* A filter is left: what was raised before it is left too. */
            own.top = pending->first;
            pending = pending->outer;
            continue;
        }
        struct frame *frame = own.top;
        if (frame == target)
            break;
        own.top = frame->next;
        if (frame->is_last)
            winsock_ask(frame, FILTER);
    }
    _seh_pop(&target);
    winsock_execute(target, HANDLER);
}

static int ask(struct dispatch *dispatch, struct frame *frame, struct pointers *pointers) {
    own.dispatch = dispatch;
    dispatch->asked = frame;
    own.top = frame->next;
    frame->pointers = pointers;
    frame->code = pointers->record->code;
    int answer = winsock_ask(frame, FILTER);
    own.top = dispatch->first;
    own.dispatch = dispatch->outer;
    return answer;
}

/* Asks the frames, from the innermost outwards, of an exception at `begin`: -1 when one says that
   it is mended, 0 when none knows. Does not return when one handles it. */
int winsock_structured(struct pointers *pointers, uintptr_t begin, const uintptr_t *stack) {
    struct dispatch dispatch = {.outer = own.dispatch};
    uintptr_t bottom = stack != NULL ? (uintptr_t)stack : (uintptr_t)&dispatch;
    while (dispatch.outer == NULL && own.top != NULL && (uintptr_t)own.top < bottom)
        own.top = own.top->next;
    if (own.top == NULL)
        return 0;
    dispatch.first = own.top;
    uintptr_t end = barrier(begin, stack);
    for (struct frame *frame = dispatch.first; frame != NULL; frame = frame->next) {
        if (end != 0 && (uintptr_t)frame > end)
            break;
        int answer = frame->is_last ? 0 : ask(&dispatch, frame, pointers);
        if (answer > 0)
            unwind(frame, dispatch.outer);
        if (answer < 0)
            return -1;
    }
    return 0;
}

/* A C++ exception has come to a frame: whether it is handled there. */
int _seh_caught(struct frame *frame) {
    struct record record = {.code = 0xE06D7363, .flags = 1, .address = __builtin_return_address(0)};
    ucontext_t context;
    getcontext(&context);
    struct pointers pointers = {&record, &context};
    struct dispatch dispatch = {own.dispatch, frame, NULL};
    int answer = ask(&dispatch, frame, &pointers);
    _seh_pop(&frame);
    return answer > 0;
}

/* As on Windows the program goes on here unless a filter moves it on by one byte. */
void DebugBreak(void) {
#if defined(__x86_64__)
    __asm__ volatile("int3");
#else
    raise(SIGTRAP);
#endif
}

extern void winsock_raise(unsigned code, unsigned flags, unsigned count, const uintptr_t *arguments, void *caller);

void RaiseException(unsigned code, unsigned flags, unsigned count, const uintptr_t *arguments) {
    winsock_raise(code, flags, count, arguments, __builtin_return_address(0));
    __asm__ volatile("");
}
