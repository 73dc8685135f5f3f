/* The last 64 KiB of the ROM of a processor that has nothing but memory: from reset to 64-bit mode with AVX-512 switched on; the program is
   copied to 1 MiB and called. They are seen below 4 GiB and below 1 MiB; CS:IP is F000:FFF0 at reset. */
#define ROM 0xf0000
#define PROGRAM_IN_ROM 0xffe00000 /* `run` puts it there */
#define PROGRAM_MAX 0x100000
#define PAGES 0x1000 /* the tables, in memory that nothing else uses */
#define PROGRAM 0x100000

#define CR0_PROTECTED 0x80000001 /* PG, PE */
#define CR0_EMULATE_X87 0x4
#define CR4_NEEDED 0x40620 /* OSXSAVE, OSXMMEXCPT, OSFXSR, PAE */
#define MSR_EFER 0xc0000080
#define EFER_LONG_MODE 0x100
#define XCR0_AVX512 0xe7   /* x87, SSE, AVX, and the three parts of AVX-512 */
#define PAGE_TABLE 0x3     /* present, may be written */
#define PAGE_OF_1G 0x83

    .code16
    .text
from_reset:
    cli
    xor %eax, %eax
    mov %ax, %ds
    /* The first GiB and the fourth at their own addresses, by a page each. */
    movl $(PAGES + 0x1000 + PAGE_TABLE), PAGES
    movl %eax, PAGES + 4
    movl $PAGE_OF_1G, PAGES + 0x1000
    movl %eax, PAGES + 0x1004
    movl $(0xc0000000 + PAGE_OF_1G), PAGES + 0x1018
    movl %eax, PAGES + 0x101c
    mov $CR4_NEEDED, %eax
    mov %eax, %cr4
    mov $PAGES, %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    rdmsr
    or $EFER_LONG_MODE, %eax
    wrmsr
    lgdtl %cs:segments_at
    mov %cr0, %eax
    and $~CR0_EMULATE_X87, %eax
    or $CR0_PROTECTED, %eax
    mov %eax, %cr0
    ljmpl $8, $(ROM + in_long_mode)

    .code64
in_long_mode:
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %ecx, %ecx
    xor %edx, %edx
    mov $XCR0_AVX512, %eax
    xsetbv
    mov $PROGRAM_IN_ROM, %esi
    mov $PROGRAM, %edi
    mov $(PROGRAM_MAX / 8), %ecx
    cld
    rep movsq
    mov $PROGRAM, %eax
    jmp *%rax

    .balign 8
segments:
    .quad 0
    .quad 0x00209a0000000000 /* code, 64 bits */
segments_at:
    .word . - segments - 1
    .long ROM + segments

    .org 0xfff0
    .code16
    ljmp $0xf000, $from_reset
    .org 0x10000
