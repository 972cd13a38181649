/**
 * From a graph to a program. Movements become index arithmetic ({@link shinso.cpu.plan.Views}),
 * element-wise operations and reductions are gathered into clusters that one pass computes ({@link
 * shinso.cpu.plan.Clusters}), contractions take their bias and rectifier in ({@link
 * shinso.cpu.plan.Epilogues}), kernels are put into an order ({@link shinso.cpu.plan.RunOrder},
 * {@link shinso.cpu.plan.Units}), values that can share memory do ({@link
 * shinso.cpu.plan.Placements}), and every intermediate result gets its place in one slab ({@link
 * shinso.cpu.plan.MemoryPlan}).
 *
 * <h2>Who may write where</h2>
 *
 * <p>Kernels run one after the other; the tasks of one kernel run at the same time, in any order.
 * The invariant of every plan: <b>from the kernel that writes a value to the last kernel that reads
 * it, in the bytes of each of its elements stands that element.</b> Who decides what:
 *
 * <ul>
 *   <li>{@code RunOrder} decides what is computed together and what runs before what. A decision
 *       that would make kernels need each other in a circle is refused, whoever asks: {@code
 *       Epilogues} for what a contraction absorbs, {@code Clusters} for passes, {@code Placements}
 *       for passes that wait until others have read.
 *   <li>{@code Placements} decides which values share memory: a part with the concatenation that it
 *       belongs to, a term with the sum that is added to it, an operand with the result that a pass
 *       writes over it, a donated input with an output. Memory that is shared counts as read by all
 *       readers of all that lies in it.
 *   <li>{@code MemoryPlan} gives everything else that is needed at the same time bytes of its own:
 *       from the first kernel that writes something that lies in a value to the last that reads it.
 *   <li>Within a pass {@code LoopBuilder.readsBefore} tells, of the instructions that have become
 *       final, whether an element is read before its place is written; if not, the operand gets
 *       memory of its own and the kernels are made anew.
 * </ul>
 *
 * <p>{@link shinso.cpu.plan.PlanCheck} holds the invariant against each finished plan, byte by
 * byte, whenever assertions are enabled: in all tests and in the fuzzer.
 */
@NullMarked
package shinso.cpu.plan;

import org.jspecify.annotations.NullMarked;
