using System.Reflection;

namespace EventTracking.Core.Configuration;

/// <summary>Settings that somebody reads.</summary>
/// <param name="Paths">Their paths. The part <c>*</c> stands for any name, and <c>**</c> for everything below.</param>
internal sealed record DeclaredSettings(IReadOnlyList<string> Paths)
{
    public const string AnyName = "*";
    public const string Anything = "**";

    /// <summary>The setting that a property is bound to; none for a value that is only computed.</summary>
    public static IEnumerable<string> Of(string section, PropertyInfo property)
    {
        var (path, type) = ($"{section}:{property.Name}", property.PropertyType);
        if (IsText(type))
        {
            return property.SetMethod is { IsPublic: true } ? [path] : [];
        }

        var isList = type.IsArray ? IsText(type.GetElementType()!) : type.IsGenericType && type.GenericTypeArguments is [var element] && IsText(element);
        return [$"{path}:{(isList ? AnyName : Anything)}"];
    }

    private static bool IsText(Type type) => type.IsValueType || type == typeof(string) || type == typeof(Uri);
}
