/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * Chains of native_rules.c whose unwind information no compiler makes at will. Each is a function
 * without arguments as the System V ABI, AMD64 supplement 1.0, has it. DW_OP_* and DW_CFA_* in
 * .cfi_escape: DWARF 5, 7.7.1 and 7.24.
 */
	.text

/* Uses rax, rcx, rdx. */
.macro spin
	cmpl	$0, spin_stops(%rip)
	je	.Lspin\@
	int3
	jmp	.Ldone\@
.Lspin\@:
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	mov	spin_ticks(%rip), %rcx
	add	%rax, %rcx
.Lagain\@:
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	cmp	%rcx, %rax
	jb	.Lagain\@
.Ldone\@:
.endm

.macro begin name
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
.endm

.macro finish name
	.size	\name, . - \name
.endm

/* CFA = *(rsp + 0) + 8, as OpenSSL's assembly has it. */
	.p2align 4
begin expression_leaf
	.cfi_startproc
	mov	%rsp, %rax
	.cfi_def_cfa_register %rax
	sub	$72, %rsp
	and	$-64, %rsp
	mov	%rax, (%rsp)
	/* DW_CFA_def_cfa_expression: DW_OP_breg7 0, DW_OP_deref, DW_OP_plus_uconst 8 */
	.cfi_escape 0x0f, 5, 0x77, 0, 0x06, 0x23, 8
	spin
	mov	(%rsp), %rsp
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
finish expression_leaf

/* CFA = r11 + 8. */
	.p2align 4
begin cfa_register_leaf
	.cfi_startproc
	mov	%rsp, %r11
	.cfi_def_cfa_register %r11
	sub	$200, %rsp
	and	$-64, %rsp
	spin
	mov	%r11, %rsp
	.cfi_def_cfa_register %rsp
	ret
	.cfi_endproc
finish cfa_register_leaf

/* The return address in rsi and off the stack, as glibc's vfork has it in rdi. */
	.p2align 4
begin return_register_leaf
	.cfi_startproc
	pop	%rsi
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %rsi
	spin
	push	%rsi
	.cfi_adjust_cfa_offset 8
	.cfi_offset %rip, -8
	ret
	.cfi_endproc
finish return_register_leaf

/* The caller's rbp in r8, and something else in rbp: its CFA must be found all the same. */
	.p2align 4
begin rbp_register_leaf
	.cfi_startproc
	mov	%rbp, %r8
	.cfi_register %rbp, %r8
	lea	-64(%rsp), %rbp
	spin
	mov	%r8, %rbp
	.cfi_restore %rbp
	ret
	.cfi_endproc
finish rbp_register_leaf

/* Rows that are remembered, changed and restored. */
	.p2align 4
begin remembered_leaf
	.cfi_startproc
	push	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_offset %rbx, -16
	sub	$400, %rsp
	.cfi_adjust_cfa_offset 400
	.cfi_remember_state
	cmpl	$-1, spin_stops(%rip)
	jne	1f
	add	$400, %rsp
	.cfi_adjust_cfa_offset -400
	pop	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	ret
1:
	.cfi_restore_state
	spin
	add	$400, %rsp
	.cfi_adjust_cfa_offset -400
	pop	%rbx
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
finish remembered_leaf

/* No unwind information, and rbp kept as a frame pointer. */
	.p2align 4
begin bare_framed_leaf
	push	%rbp
	mov	%rsp, %rbp
	sub	$96, %rsp
	spin
	leave
	ret
finish bare_framed_leaf

/* No unwind information, and nothing in rbp that would help. */
	.p2align 4
begin bare_leaf
	push	%rbp
	sub	$104, %rsp
	xor	%ebp, %ebp
	spin
	add	$104, %rsp
	pop	%rbp
	ret
finish bare_leaf

/* No unwind information, and its caller's frame pointer in rbp: following it would skip that one. */
	.p2align 4
begin bare_skipping_leaf
	sub	$40, %rsp
	spin
	add	$40, %rsp
	ret
finish bare_skipping_leaf

/* Between two functions: the second one has rows that would lead astray. */
	.p2align 4
begin noreturn_caller
	.cfi_startproc
	sub	$152, %rsp
	.cfi_adjust_cfa_offset 152
	call	noreturn_middle
	.cfi_endproc
finish noreturn_caller
begin noreturn_neighbour /* the return address of the call above */
	.cfi_startproc
	ret
	.cfi_endproc
finish noreturn_neighbour

/* Interrupted in its first instruction, behind a function whose rows would lead astray. */
	.p2align 4
begin fault_neighbour
	.cfi_startproc
	sub	$1000, %rsp
	.cfi_adjust_cfa_offset 1000
	add	$1000, %rsp
	/* stays as it is in the rows: what is looked up at an address too low meets this one */
	ret
	.cfi_endproc
finish fault_neighbour
begin fault_first
	.cfi_startproc
	ud2
	ret
	.cfi_endproc
finish fault_first

/*
 * Position-independent code to be copied into anonymous memory: the ticks in rdi, whether to stop in
 * esi.
 */
.macro spin_by_arguments
	test	%esi, %esi
	je	.Lspin\@
	int3
	jmp	.Ldone\@
.Lspin\@:
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	lea	(%rax, %rdi), %rcx
.Lagain\@:
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	cmp	%rcx, %rax
	jb	.Lagain\@
.Ldone\@:
.endm

	.section .rodata
	.p2align 4
	.globl	jit_framed_code, jit_framed_end, jit_bare_code, jit_bare_end
	.hidden	jit_framed_code, jit_framed_end, jit_bare_code, jit_bare_end
jit_framed_code:
	push	%rbp
	mov	%rsp, %rbp
	sub	$64, %rsp
	spin_by_arguments
	leave
	ret
jit_framed_end:
	.p2align 4
jit_bare_code:
	push	%rbp
	sub	$72, %rsp
	xor	%ebp, %ebp
	spin_by_arguments
	add	$72, %rsp
	pop	%rbp
	ret
jit_bare_end:

	.section .note.GNU-stack, "", @progbits
