namespace EventTracking.Api.Sandbox.Graph;

/// <summary>A valid call is refused as a whole when it is performed.</summary>
internal sealed class GraphRefusedException(GraphError error) : Exception(error.Message)
{
    public GraphError Error { get; } = error;
}
