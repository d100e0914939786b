using System.Text.Json.Nodes;

namespace EventTracking.Api.Sandbox.Graph;

/// <summary>Why a call was not performed, with the code that the real API gives it.</summary>
internal sealed record GraphError(string Code, string Message)
{
    public JsonObject ToJson() => new() { ["message"] = Message, ["extensions"] = new JsonObject { ["code"] = Code } };
}
