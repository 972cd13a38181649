/**
 * JMH benchmarks of single kernels on one thread: those of the Vector API beside plain loops, which
 * the JVM's compiler makes what it can of, and beside oneDNN. {@code ./shinso bench kernels} runs
 * them and shows elements or operations a second.
 */
@NullMarked
package shinso.verify.bench.kernels;

import org.jspecify.annotations.NullMarked;
