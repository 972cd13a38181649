package shinso.cpu.onednn;

/** A problem that oneDNN can compile a primitive for; equal specs share one primitive. */
public sealed interface Spec permits MatmulSpec, ConvolutionSpec, ReorderSpec {}
