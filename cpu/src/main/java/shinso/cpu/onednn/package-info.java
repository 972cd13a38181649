/**
 * Matrix products and convolutions by <a href="https://github.com/uxlfoundation/oneDNN">oneDNN</a>,
 * called through the Foreign Function and Memory API.
 *
 * <p>oneDNN compiles a <em>primitive</em> for one exact problem: shapes, strides, element types and
 * post-operations. A {@link shinso.cpu.onednn.Spec} is that problem as a value; {@link
 * shinso.cpu.onednn.OneDnn#primitive} turns it into a {@link shinso.cpu.onednn.Primitive} and
 * remembers it. A primitive is immutable and may run in any number of threads at once, because it
 * has no memory of its own: operands and scratch space are addresses the caller passes at every
 * execution. What a thread does need for itself, the native argument list, is a {@link
 * shinso.cpu.onednn.Call}; repeated executions of a call allocate nothing.
 *
 * <pre>{@code
 * if (OneDnn.load() instanceof OneDnn.Loaded.Ready(OneDnn dnn)) {
 *   MatmulSpec spec = MatmulSpec.of(m, n, k).bias(DataType.F32).then(Eltwise.RELU.postOp());
 *   Primitive product = dnn.primitive(spec);
 *   Call call = product.bind();            // one a thread
 *   call.execute(scratch, a, b, c, bias);  // addresses; scratch has product.scratchBytes()
 * }
 * }</pre>
 *
 * <p>Nothing here starts threads. oneDNN would use OpenMP; every execution pins its calling
 * thread's OpenMP team to one thread, so that Shinso's own workers, each on its slice, are the only
 * parallelism. Nobody closes anything: native objects are destroyed when their Java owners become
 * unreachable.
 *
 * <p>A problem's bits are the same at every run, in every thread and at every address. Whether they
 * depend on how a larger problem was cut into slices, oneDNN doesn't say. A product cut along its
 * rows or columns has shown no difference in 36,000 random cases, provided that no slice is a
 * single row or column, which other kernels take; a test watches that. A convolution chooses its
 * kernel by the batch too, and cut along the batch one in some thousands rounds differently. So
 * slices of a batch are to be chosen by the data alone, not by the number of threads, as those of a
 * gradient for the weights must be in any case, being parts of a sum.
 *
 * <p>Slices of some 8 images are fast for every direction, and fastest for the gradient of the
 * weights, whose kernel reads its operands several times and needs them in the cache. Products
 * whose B is much larger than A are best cut along the columns, because every slice packs the part
 * of B that it needs.
 *
 * <p>Packing is for B matrices and weights that are used many times, which gains about 5 %, and for
 * the two gradients of a convolution, which have no fast kernel for plain weights, and for a single
 * image sometimes only the reference kernel.
 *
 * <p>The shared library comes from the class path or module path (a {@code org.bytedeco:dnnl} jar
 * with a platform classifier), is extracted once to a cache folder, or each time to a temporary one
 * where that can't be written, and verified at each start. Where that isn't possible, {@code
 * load()} says why. System properties: {@code shinso.onednn=off} switches oneDNN off, {@code
 * shinso.onednn.isa=avx2} and the like limit the instruction set, {@code shinso.cache} (or the
 * environment variable {@code SHINSO_CACHE}) names the cache folder.
 */
@NullMarked
package shinso.cpu.onednn;

import org.jspecify.annotations.NullMarked;
