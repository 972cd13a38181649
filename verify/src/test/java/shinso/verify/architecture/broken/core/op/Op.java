package shinso.verify.architecture.broken.core.op;

import java.util.List;
import shinso.verify.architecture.broken.core.tensor.Tensor;

/** Writes its gradient with tensors. */
public record Op(List<Tensor> inputs) {}
