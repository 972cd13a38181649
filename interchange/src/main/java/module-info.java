/** Models and curves in the formats of other systems: ONNX, PyTorch, TensorBoard. */
module shinso.interchange {
  requires com.google.protobuf;
  requires transitive shinso.nn;
  requires transitive shinso.train;

  exports shinso.interchange;
  exports shinso.interchange.onnx;
  exports shinso.interchange.pytorch;
  exports shinso.interchange.tensorboard;
}
