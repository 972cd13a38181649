/**
 * From a graph to a program. Movements become index arithmetic ({@link shinso.cpu.plan.Views}),
 * element-wise operations and reductions are gathered into clusters that one pass computes ({@link
 * shinso.cpu.plan.Clusters}), contractions take their bias and rectifier in ({@link
 * shinso.cpu.plan.Epilogues}), kernels are put into an order ({@link shinso.cpu.plan.Schedule}),
 * and every intermediate result gets its place in one slab ({@link shinso.cpu.plan.MemoryPlan}).
 */
@NullMarked
package shinso.cpu.plan;

import org.jspecify.annotations.NullMarked;
