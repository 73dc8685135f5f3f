/* Where a program begins, at 1 MiB: functions that the processor chooses, main on a stack of its own, then the end, which the emulator's debugger sees. */
    .section .start, "ax"
    .globl _start
_start:
    mov $stack_end, %esp
    xor %ebp, %ebp
    call choose_functions
    call main
    mov %eax, %edi
    call exit

    .globl emulator_stop
emulator_stop:
    xchg %bx, %bx /* Bochs's breakpoint */
1:  hlt
    jmp 1b

    .bss
    .balign 64
    .skip 1 << 16
stack_end:
