using EventTracking.Api.Validation;
using EventTracking.Core.Configuration;

namespace EventTracking.Api.Configuration;

/// <summary>The declared settings by the parts of their paths, in which case does not matter.</summary>
internal sealed class SettingTree
{
    private const string FirstOfList = "0";

    private readonly Dictionary<string, SettingTree> children = new(StringComparer.OrdinalIgnoreCase);
    private readonly string name;
    private bool isSetting;

    public SettingTree(IEnumerable<string> paths)
        : this("")
    {
        foreach (var path in paths)
        {
            var node = this;
            foreach (var part in path.Split(ConfigurationPath.KeyDelimiter))
            {
                node.children.TryAdd(part, new SettingTree(part));
                node = node.children[part];
            }

            node.isSetting = true;
        }
    }

    private SettingTree(string name) => this.name = name;

    // Who declares what is below decides what may be there.
    private bool IsOpen => children.Count == 1 && children.ContainsKey(DeclaredSettings.Anything);

    public bool HasSection(string section) => children.ContainsKey(section);

    /// <summary>Whether somebody reads the setting. An empty list is a value of its own path.</summary>
    public bool Knows(string path, string value)
    {
        var node = this;
        foreach (var part in path.Split(ConfigurationPath.KeyDelimiter))
        {
            if (node.IsOpen)
            {
                return true;
            }

            if (node.Find(part) is not { } child)
            {
                return false;
            }

            node = child;
        }

        return node.isSetting || (value.Length == 0 && node.children.Count > 0);
    }

    /// <summary>The setting that a path probably means; null if it resembles none.</summary>
    public string? Suggest(string path) =>
        Nearest(path) ?? (path.Contains('_', StringComparison.Ordinal) ? Nearest(path.Replace("_", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)) : null);

    private string? Nearest(string path)
    {
        var node = this;
        List<string> parts = [];
        foreach (var part in path.Split(ConfigurationPath.KeyDelimiter))
        {
            if ((node.Find(part) ?? node.children.GetValueOrDefault(NearestName.Of(part, node.children.Keys) ?? "")) is not { } child)
            {
                return null;
            }

            node = child;
            parts.Add(node.name == DeclaredSettings.AnyName ? part : node.name);
        }

        if (!node.isSetting && node.children.GetValueOrDefault(DeclaredSettings.AnyName) is { isSetting: true } list)
        {
            node = list;
            parts.Add(FirstOfList);
        }

        return node.isSetting ? ConfigurationPath.Combine(parts) : null;
    }

    private SettingTree? Find(string part) => children.GetValueOrDefault(part) ?? children.GetValueOrDefault(DeclaredSettings.AnyName);
}
