package shinso.verify.architecture.broken.core.program;

import shinso.verify.architecture.broken.core.tensor.Tensor;

/** Where a tensor asks for its numbers. */
public record Evaluator(Tensor tensor) {}
