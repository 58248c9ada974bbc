namespace Broker.Remoting;

/// <summary>One piece of output: either the used part of a chunk or a body by reference.</summary>
readonly record struct OutputPiece(byte[]? Chunk, int Used, IReplyBody? Body)
{
    public int Length => Body?.Length ?? Used;
}
